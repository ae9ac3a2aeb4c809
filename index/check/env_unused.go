package check

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"topicls/index/topology"
)

var envUnused = Rule{
	Code:     "env-unused",
	Severity: topology.Information,
	Summary:  "A variable is set for a service whose code never reads it.",
	Doc: `The deployment sets a variable, and no file of the service's code mentions it: the setting has no effect. It may be
left over, or its name may be wrong.

Only services whose code is in the workspace and is read by Topicls are looked at; settings of images (brokers, databases,
tools) are none of its business. Nothing is said of

- variables that runtimes and libraries read on their own (` + "`PYTHONUNBUFFERED`, `TZ`, `AWS_*`, `OTEL_*`" + `, ...),
- variables set in one place for several services, one of which reads them or can't be looked into,
- variables set in a Dockerfile, or used in a command of the deployment file,
- code that reads its variables by a prefix or all at once, where the name fits.

**To fix it**, remove the setting or correct its name.`,
	Example: `-- compose.yaml --
services:
  mailer:
    build: ./mailer
    environment:
      SMTP_HOST: mail
      SMTP_PROT: "25"  #@ env-unused:information
      PYTHONUNBUFFERED: "1"
-- mailer/main.py --
import os

from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
host = os.environ.get("SMTP_HOST", "localhost")
port = os.environ.get("SMTP_PORT", "25")
producer.send("mails", host.encode())  #@ topic-no-consumer:information
`,
	global: findEnvUnused,
}

func findEnvUnused(r *Rule, w *world) []topology.Diagnostic {
	vars := w.in.Variables()
	type shared struct {
		first    *topology.Variable
		services []string
		used     bool // by one of the services, or it can't be told
	}
	byPlace := map[topology.Place]*shared{}
	var order []*shared
	names := map[string]bool{}
	for i := range vars {
		v := &vars[i]
		if v.NameAt.File == "" || len(v.ReadAt) > 0 || !w.follows[v.Service] || !w.isDeployed(v.Service) || byPlace[v.NameAt] != nil {
			continue
		}
		s := &shared{first: v}
		byPlace[v.NameAt] = s
		order = append(order, s)
		names[v.Name] = true
	}
	if len(order) == 0 {
		return nil
	}
	for i := range vars {
		v := &vars[i]
		if s := byPlace[v.NameAt]; s != nil {
			s.services = append(s.services, v.Service)
			s.used = s.used || len(v.ReadAt) > 0 || !w.follows[v.Service] || !w.isDeployed(v.Service)
		}
	}
	type read struct{ service, name string }
	readAs := map[read]bool{}
	reads := w.in.Reads()
	for i := range reads {
		if names[reads[i].Name] {
			for _, s := range reads[i].Services {
				readAs[read{s, reads[i].Name}] = true
			}
		}
	}
	var out []topology.Diagnostic
	for _, s := range order {
		v := s.first
		if s.used || wellKnown(v.Name) || isDockerfile(v.NameAt.File) {
			continue
		}
		if slices.ContainsFunc(s.services, func(id string) bool { return readAs[read{id, v.Name}] || w.mayRead(id, v.Name) }) || w.inCommand(v) {
			continue
		}
		out = append(out, topology.Diagnostic{
			Code: r.Code, Severity: r.Severity, Place: v.NameAt, Variable: v.Name, Service: v.Service,
			Message: fmt.Sprintf("%s is set for %s, whose code never reads it", v.Name, and(w.names(s.services))),
		})
	}
	return out
}

// mayRead reports whether a service's code may read a variable in a way that
// is not seen: some file of it has the word, or it reads by prefix and some
// file has the rest of the word.
func (w *world) mayRead(service, name string) bool {
	k := [2]string{service, name}
	may, known := w.mayReads[k]
	if !known {
		may = w.findRead(service, name)
		if w.mayReads == nil {
			w.mayReads = map[[2]string]bool{}
		}
		w.mayReads[k] = may
	}
	return may
}

func (w *world) findRead(service, name string) bool {
	if w.in.ServiceMentions(service, name) {
		return true
	}
	for _, mark := range wholesale {
		if w.in.ServiceMentions(service, mark) {
			return true
		}
	}
	if !slices.ContainsFunc(byPrefix, func(mark string) bool { return w.in.ServiceMentions(service, mark) }) {
		return false
	}
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, "_")
		if !ok {
			return false
		}
		rest = strings.TrimLeft(after, "_")
		if rest != "" && w.in.ServiceMentions(service, rest) {
			return true
		}
	}
}

// wholesale are words of libraries that take any variable there is.
var wholesale = []string{"dynaconf", "Dynaconf", "decouple_all", "expandvars", "envsubst", "DotEnv", "hydra", "oc.env", "airflow"}

// byPrefix are words of code that puts a variable's name together from a prefix and a field's name.
var byPrefix = []string{"env_prefix", "auto_envvar_prefix", "envvar_prefix", "env_nested_delimiter", "prefixed", "prefix", "BaseSettings", "from_prefixed_env", "environ_prefix"}

// inCommand reports whether the deployment file hands a variable to a command
// in the container, as $$NAME or $${NAME}.
func (w *world) inCommand(v *topology.Variable) bool {
	files := []string{v.NameAt.File}
	if s := w.services[v.Service]; s != nil {
		for _, e := range w.in.Environments() {
			if e.ID == s.Environment {
				files = append(files, e.Files...)
			}
		}
	}
	for _, f := range files {
		text := w.text(f)
		if bytes.Contains(text, []byte(v.Name)) && regexp.MustCompile(`\$\$\{?`+regexp.QuoteMeta(v.Name)+`\b`).Match(text) {
			return true
		}
	}
	return false
}

func isDockerfile(p string) bool {
	b := path.Base(p)
	return strings.HasPrefix(b, "Dockerfile") || strings.HasPrefix(b, "Containerfile") || strings.HasSuffix(strings.ToLower(b), "dockerfile")
}
