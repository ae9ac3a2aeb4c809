package check

import (
	"fmt"
	"net"
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
networks or the host's network. It is information when the name is only the code's default.

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
		host := ""
		for _, id := range n.Services {
			s := w.services[id]
			if s == nil || s.Environment == "" {
				continue
			}
			h, known := w.knownBroker(s, n.Name)
			if known {
				return nil
			}
			host = h
			bad = append(bad, id)
		}
		if len(bad) == 0 {
			continue
		}
		f := topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: e.Place, Service: bad[0],
			Message: fmt.Sprintf("%s connects to the broker %q, and the deployment has no %q", and(w.names(bad)), n.Name, host),
		}
		if isLocal(host) {
			f.Message = fmt.Sprintf("%s connects to the broker %q, which is its own container", and(w.names(bad)), n.Name)
		}
		if len(n.Steps) > 0 {
			last := n.Steps[len(n.Steps)-1]
			f.Related = append(f.Related, topology.Related{Place: last.Place, Message: last.What})
			if last.File == e.Place.File {
				f.Place = last.Place
			}
		}
		if n.Status != topology.Exact {
			f.Severity = topology.Information
			f.Message += " (unless it is set elsewhere)"
		}
		return []topology.Diagnostic{f}
	}
	return nil
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

var (
	openNetwork = regexp.MustCompile(`(?m)^\s*(?:external\s*:|external_links\s*:|network_mode\s*:)`)
	hostName    = regexp.MustCompile(`(?m)^\s*(?:container_name|hostname)\s*:\s*["']?([\w.$\{\}:-]+)`)
	listItem    = regexp.MustCompile(`(?m)^\s*-\s*["']?([\w.-]+)(?::([\w.-]+))?["']?`)
	flowList    = regexp.MustCompile(`(?m)^\s*aliases\s*:\s*\[([^\]]*)\]`)
	advertised  = regexp.MustCompile(`://([\w.-]+)`)
)

// hosts returns the host names that an environment defines, in lower case.
// closed says that it starts a broker and that there are no other hosts.
func (w *world) hosts(env string) (names map[string]bool, closed bool) {
	if w.hostsOf == nil {
		w.hostsOf = map[string]map[string]bool{}
	}
	if names, ok := w.hostsOf[env]; ok {
		return names, names != nil
	}
	w.hostsOf[env] = nil
	names = map[string]bool{}
	broker := false
	for _, s := range w.in.Services() {
		if s.Environment == env {
			names[strings.ToLower(s.Name)] = true
			broker = broker || s.Broker
		}
	}
	if !broker {
		return nil, false
	}
	vars := w.in.Variables()
	for i := range vars {
		if s := w.services[vars[i].Service]; s != nil && s.Environment == env && s.Broker {
			for _, m := range advertised.FindAllStringSubmatch(vars[i].Value, -1) {
				names[strings.ToLower(m[1])] = true
			}
		}
	}
	envs := w.in.Environments()
	i := slices.IndexFunc(envs, func(e topology.Environment) bool { return e.ID == env })
	if i < 0 {
		return nil, false
	}
	for _, f := range envs[i].Files {
		text := string(w.text(f))
		if openNetwork.MatchString(text) {
			return nil, false
		}
		for _, m := range hostName.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "$") {
				return nil, false
			}
			names[strings.ToLower(m[1])] = true
		}
		for _, m := range listItem.FindAllStringSubmatch(text, -1) {
			names[strings.ToLower(m[1])], names[strings.ToLower(m[2])] = true, true
		}
		for _, m := range flowList.FindAllStringSubmatch(text, -1) {
			for _, a := range strings.Split(m[1], ",") {
				names[strings.ToLower(strings.Trim(a, " \"'"))] = true
			}
		}
	}
	w.hostsOf[env] = names
	return names, true
}
