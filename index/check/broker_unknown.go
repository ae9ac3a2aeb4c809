package check

import (
	"fmt"
	"net"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

var brokerUnknown = Rule{
	Code:     "broker-unknown",
	Severity: topology.Warning,
	Summary:  "A service connects to a broker that its deployment does not have.",
	Doc: `The deployment starts a broker, and the service is told to connect to a host that is neither a service of it nor any
other name that it defines; or to the container itself (` + "`localhost`" + `), where no broker runs.

Only host names without a dot are looked at, since others may be anywhere. Nothing is said when the deployment uses external
networks or the host's network. It is information when the name is only the code's default, or stands in files of an image
that is not built here, or in a file that code loads by its path.

**To fix it**, use the name of the broker's service.`,
	Example: `-- compose.yaml --
services:
  kafka:
    image: apache/kafka:3.7.1
  shop:
    build: ./shop
    environment:
      KAFKA: kafak:9092
  mailer:
    build: ./mailer
    environment:
      KAFKA: kafka:9092
-- shop/main.py --
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers=os.environ["KAFKA"])
producer.send("orders", b"...")  #@ broker-unknown:warning
-- mailer/main.py --
import os

from kafka import KafkaConsumer

for message in KafkaConsumer("orders", bootstrap_servers=os.environ["KAFKA"]):
    print(message.value)
`,
	endpoint: findBrokerUnknown,
}

func findBrokerUnknown(r *Rule, w *world, e *topology.Endpoint) []topology.Diagnostic {
	for i := range e.Brokers {
		n := &e.Brokers[i]
		if n.Name == "" || n.Status != topology.Exact && n.Status != topology.Default {
			continue
		}
		var bad []string
		host, named := "", false
		for _, id := range n.Services {
			s := w.in.Service(id)
			if s == nil || s.Environment == "" {
				continue
			}
			h, known := w.knownBroker(s, n.Name)
			if known {
				return nil
			}
			host = h
			bad = append(bad, id)
			named = named || s.Named && !w.givenByDeployment(n)
		}
		if len(bad) == 0 {
			continue
		}
		f := topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: e.Place, Service: bad[0],
			Message: fmt.Sprintf("%s connects to the broker %q, and the deployment has no %q", and(w.namesOf(bad)), n.Name, host),
		}
		if isLocal(host) {
			f.Message = fmt.Sprintf("%s connects to the broker %q, which is its own container", and(w.namesOf(bad)), n.Name)
		}
		if len(n.Steps) > 0 {
			last := n.Steps[len(n.Steps)-1]
			f.Related = append(f.Related, topology.Related{Place: last.Place, Message: last.What})
			if last.File == e.Place.File {
				f.Place = last.Place
			}
		}
		switch {
		case n.Status != topology.Exact:
			f.Severity = topology.Information
			f.Message += " (unless it is set elsewhere)"
		case named:
			f.Severity = topology.Information
			f.Message += " (unless its image, which is not built here, has other files)"
		case w.inDocument(n) != "":
			f.Severity = topology.Information
			f.Message += fmt.Sprintf(" (unless its image has another file in the place of %s)", w.inDocument(n))
		}
		return []topology.Diagnostic{f}
	}
	return nil
}

// inDocument returns the name of the file in which a name stands, where code loads
// that by its path: an image may have another one there. "" for other names.
func (w *world) inDocument(n *topology.Name) string {
	if len(n.Keys) > 0 || len(n.Steps) == 0 {
		return ""
	}
	file := n.Steps[len(n.Steps)-1].File
	switch path.Ext(file) {
	case ".yaml", ".yml", ".json", ".toml", ".ini", ".conf", ".cfg":
		if !w.envFiles[file] {
			return path.Base(file)
		}
	}
	return ""
}

// givenByDeployment reports whether a file of an environment gives a name.
func (w *world) givenByDeployment(n *topology.Name) bool {
	return slices.ContainsFunc(n.Steps, func(s topology.Step) bool { return w.envFiles[s.File] })
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// knownBroker reports whether one of the hosts of a broker list may be there
// in a service's environment. If not, it returns the first host.
func (w *world) knownBroker(s *topology.Service, list string) (host string, known bool) {
	names, closed := w.hosts(s.Environment)
	if !closed {
		return "", true
	}
	for _, b := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if _, after, ok := strings.Cut(b, "://"); ok {
			b = after
		}
		h, _, err := net.SplitHostPort(b)
		if err != nil {
			h = b
		}
		h = strings.ToLower(h)
		if host == "" {
			host = h
		}
		if isLocal(h) {
			if s.Broker {
				return "", true
			}
			continue
		}
		if h == "" || strings.ContainsAny(h, ".:*$") || names[h] {
			return "", true
		}
	}
	return host, host == ""
}

// What an environment's file says of hosts, at the beginning of a line.
var (
	openNetwork = regexp.MustCompile(`\A(?:external\s*:|external_links\s*:|network_mode\s*:)`)
	hostName    = regexp.MustCompile(`\A(?:container_name|hostname)\s*:\s*["']?([\w.$\{\}:-]+)`)
	listItem    = regexp.MustCompile(`\A-\s*["']?([\w.-]+)(?::([\w.-]+))?["']?`)
	flowList    = regexp.MustCompile(`\Aaliases\s*:\s*\[([^\]]*)\]`)
	advertised  = regexp.MustCompile(`://([\w.-]+)`)
)

// hosts returns the host names that an environment defines, in lower case.
// closed says that it starts a broker and that there are no other hosts.
func (w *world) hosts(env string) (names map[string]bool, closed bool) {
	names, ok := w.hostsOf[env]
	if !ok {
		names = w.findHosts(env)
		w.hostsOf[env] = names
	}
	return names, names != nil
}

func (w *world) findHosts(env string) map[string]bool {
	names := map[string]bool{}
	broker := false
	for _, s := range w.servicesOf(env) {
		names[strings.ToLower(s.Name)] = true
		if !s.Broker {
			continue
		}
		broker = true
		vars := w.in.VariablesOf(s.ID)
		for i := range vars {
			for _, m := range advertised.FindAllStringSubmatch(vars[i].Value, -1) {
				names[strings.ToLower(m[1])] = true
			}
		}
	}
	if !broker {
		return nil
	}
	envs := w.in.Environments()
	i := slices.IndexFunc(envs, func(e topology.Environment) bool { return e.ID == env })
	if i < 0 {
		return nil
	}
	for _, f := range envs[i].Files {
		text := string(w.text(f))
		for rest := text; rest != ""; {
			rest = strings.TrimLeft(rest, " \t\r\n\f\v")
			line := rest
			if i := strings.IndexByte(rest, '\n'); i >= 0 {
				rest = rest[i:]
			} else {
				rest = ""
			}
			if line != "" && !addHosts(line, names) {
				return nil
			}
		}
	}
	return names
}

// addHosts adds the hosts that the line at the beginning of a text names. It
// is false when there may be others that can't be known.
func addHosts(text string, names map[string]bool) bool {
	add := func(name string) { names[strings.ToLower(name)] = true }
	switch text[0] {
	case 'e', 'n':
		return !openNetwork.MatchString(text)
	case 'c', 'h':
		if m := hostName.FindStringSubmatch(text); m != nil {
			if strings.Contains(m[1], "$") {
				return false
			}
			add(m[1])
		}
	case '-':
		if m := listItem.FindStringSubmatch(text); m != nil {
			add(m[1])
			add(m[2])
		}
	case 'a':
		if m := flowList.FindStringSubmatch(text); m != nil {
			for _, a := range strings.Split(m[1], ",") {
				add(strings.Trim(a, " \"'"))
			}
		}
	}
	return true
}
