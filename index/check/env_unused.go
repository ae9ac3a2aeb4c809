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
- code that reads its variables by a prefix or all at once, where the name fits,
- variables of services under Spring, Quarkus or Micronaut, and those with two underscores under .NET: they set keys of the
  framework and of libraries by their names alone.

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
	setting: findEnvUnused,
}

func findEnvUnused(r *Rule, w *world, at topology.Place) []topology.Diagnostic {
	services := w.places[at.File][at]
	var v *topology.Variable
	for _, id := range services {
		if !w.follows(id) || !w.isDeployed(id) {
			return nil
		}
		vars := w.in.VariablesOf(id)
		for i := range vars {
			if vars[i].NameAt != at {
				continue
			}
			if len(vars[i].ReadAt) > 0 || vars[i].MayBind {
				return nil
			}
			if v == nil {
				v = &vars[i]
			}
		}
	}
	if v == nil || wellKnown(v.Name) || isDockerfile(v.NameAt.File) {
		return nil
	}
	if slices.ContainsFunc(services, func(id string) bool { return w.mayRead(id, v.Name) }) || w.inCommand(v) {
		return nil
	}
	return []topology.Diagnostic{{
		Code: r.Code, Severity: r.Severity, Place: at, Variable: v.Name, Service: v.Service,
		Message: fmt.Sprintf("%s is set for %s, whose code never reads it", v.Name, and(w.namesOf(services))),
	}}
}

// mayRead reports whether a service's code may read a variable in a way that
// is not seen: some file of it has the word, or it reads by prefix and some
// file has the rest of the word.
func (w *world) mayRead(service, name string) bool {
	known := w.mayReads[service]
	may, ok := known[name]
	if !ok {
		may = w.findRead(service, name)
		if known == nil {
			known = map[string]bool{}
			w.mayReads[service] = known
		}
		known[name] = may
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
	for _, rest := range namesWithoutPrefix(name) {
		if w.in.ServiceMentions(service, rest) {
			return true
		}
	}
	return false
}

// namesWithoutPrefix lists what is left of a variable's name behind each prefix.
func namesWithoutPrefix(name string) []string {
	var out []string
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, "_")
		if !ok {
			return out
		}
		if rest = strings.TrimLeft(after, "_"); rest != "" {
			out = append(out, rest)
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
	if s := w.in.Service(v.Service); s != nil {
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
