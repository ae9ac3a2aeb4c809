package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
	"topicls/index/topology"
	"topicls/index/workspacefile"
)

// ownWorkspace has something that hangs on each key of the workspace's own file.
var ownWorkspace = map[string]string{
	"shop/main.py":         "import os\nfrom kafka import KafkaProducer\n\np = KafkaProducer()\np.send(os.environ[\"OUT\"], b\"\")\np.send(\"erp.out\", b\"\")\np.send(\"orders-rejects\", b\"\")\n",
	"mail/main.py":         "from kafka import KafkaConsumer\n\nfor m in KafkaConsumer(\"orders\"):\n    print(m.value)\nfor m in KafkaConsumer(\"lost\"):\n    print(m.value)\n",
	"lib/mailing/main.py":  "from kafka import KafkaConsumer\n\nfor m in KafkaConsumer(\"mails\"):\n    print(m.value)\n",
	"legacy/main.py":       "from kafka import KafkaProducer\n\nKafkaProducer().send(\"lost\", b\"\")\n",
	"compose.yaml":         "services:\n  shop:\n    build: shop\n    environment: {OUT: orders, UNUSED: x}\n  mail:\n    build: mail\n  legacy:\n    build: legacy\n",
	"compose.staging.yaml": "services:\n  shop:\n    build: shop\n    environment: {OUT: orders-staging}\n  mail:\n    build: mail\n",
	".topicls.yaml":        "# nothing yet\n",
	"shop/Dockerfile":      "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n", "shop/requirements.txt": "kafka-python\n",
	"mail/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n", "mail/requirements.txt": "kafka-python\n",
	"legacy/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n", "legacy/requirements.txt": "kafka-python\n",
}

func ownLines() []string {
	return []string{
		"environment: compose:staging\n", "environment: nonsense\n", "ignore: [legacy/]\n", "ignore:\n  - \"*.yaml\"\n", "ignore: [mail]\n",
		"services:\n  mail: [lib/mailing]\n", "services:\n  \"compose:mail\": [lib/mailing, mail]\n  shop: [nowhere]\n  maill: [mail]\n",
		"topics:\n  external: [lost, \"erp.*\"]\n", "topics:\n  external: [orders]\n", "deadLetters: [\"{topic}-rejects\"]\n", "deadLetters: [\"{topic}.out\", \"{topic}\"]\n",
		"severities:\n  topic-no-consumer: off\n  env-unused: error\n", "severities:\n  topicls-yaml: hint\n", "unknown: 1\n",
	}
}

// TestOwnFileIncremental holds a workspace after random edits of its own file, and
// of others beside it, against one opened afresh.
func TestOwnFileIncremental(t *testing.T) {
	for seed := range 6 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEditedWorkspace(t, ownWorkspace, uint64(seed))
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			for range 12 {
				var b strings.Builder
				for _, i := range r.Perm(len(ownLines()))[:r.IntN(5)] {
					if key, _, _ := strings.Cut(ownLines()[i], ":"); !strings.Contains(b.String(), key+":") {
						b.WriteString(ownLines()[i])
					}
				}
				switch r.IntN(6) {
				case 0:
					e.remove(workspacefile.Name)
				case 1:
					e.write(workspacefile.Name, b.String()+"ignore: [\n") // half-typed
					e.write(workspacefile.Name, b.String())
				default:
					e.write(workspacefile.Name, b.String())
				}
				e.compare()
				e.edit()
				if _, _, ok := workspacefile.Read([]byte(e.files()[workspacefile.Name])); ok { // else it keeps what it last said
					e.compare()
				}
			}
		})
	}
}

// found lists findings as "code:severity topic or variable".
func foundIn(s *Snapshot) string {
	var out []string
	for _, d := range s.Diagnostics() {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s:%s %s%s", d.Code, d.Severity, d.Topic, d.Variable)))
	}
	return strings.Join(out, "; ")
}

// TestOwnFileKeys: what each key does.
func TestOwnFileKeys(t *testing.T) {
	w := openFiles(t, ownWorkspace)
	type answer struct{ What, Want, Got string }
	var all []answer
	check := func(text, what, want string, get func(s *Snapshot) string) {
		t.Helper()
		got := get(w.Apply(source.Opened(workspacefile.Name, []byte(text))))
		all = append(all, answer{what, want, got})
	}
	code := func(id string) func(s *Snapshot) string {
		return func(s *Snapshot) string {
			if x := s.Service(id); x != nil {
				return strings.Join(x.Code, " ") + ": " + strings.Join(x.Files, " ")
			}
			return "none"
		}
	}
	check("", "nothing", "topic-no-consumer:warning erp.out; topic-no-consumer:warning orders-rejects", func(s *Snapshot) string {
		return strings.Join(only(s, "topic-no-consumer"), "; ")
	})
	check("topics: {external: [\"erp.*\"]}\n", "external", "topic-no-consumer:warning orders-rejects", func(s *Snapshot) string {
		return strings.Join(only(s, "topic-no-consumer"), "; ")
	})
	check("deadLetters: [\"{topic}-rejects\"]\n", "dead letters", "orders, topic-no-consumer:warning erp.out", func(s *Snapshot) string {
		return s.Topic("orders-rejects").DeadLetterOf + ", " + strings.Join(only(s, "topic-no-consumer"), "; ")
	})
	check("ignore: [legacy/]\n", "ignore", "topic-no-producer:information mails; topic-no-producer:information lost", func(s *Snapshot) string { return strings.Join(only(s, "topic-no-producer"), "; ") })
	check("", "not ignored", "topic-no-producer:information mails", func(s *Snapshot) string { return strings.Join(only(s, "topic-no-producer"), "; ") })
	check("severities: {topic-no-consumer: error, env-unused: off}\n", "severities", "topic-no-consumer:error erp.out; topic-no-consumer:error orders-rejects; 0 unused", func(s *Snapshot) string {
		return fmt.Sprintf("%s; %d unused", strings.Join(only(s, "topic-no-consumer"), "; "), len(only(s, "env-unused")))
	})
	check("environment: compose:staging\n", "environment", "orders-staging", func(s *Snapshot) string { return s.File("shop/main.py")[0].Topics[0].Name })
	check("", "the default environment", "orders", func(s *Snapshot) string { return s.File("shop/main.py")[0].Topics[0].Name })
	check("services: {mail: [lib/mailing]}\n", "code by name", "lib/mailing: lib/mailing/main.py", code("compose:mail"))
	check("services: {mail: [mail], \"compose:mail\": [lib/mailing, mail]}\n", "code by id", "lib/mailing mail: mail/main.py", code("compose:mail"))
	check("services:\n  mail: [lib/mailing]\n  mai", "half-typed", "lib/mailing mail: mail/main.py", code("compose:mail"))
	check("", "code by itself", "mail: mail/main.py", code("compose:mail"))
	check("environment: compos:staging\nservices: {mial: [nowhere, ../out]}\n", "flaws",
		"no environment \"compos:staging\": there are compose, compose:staging; did you mean \"compose:staging\"? / no deployment has a service \"mial\"; did you mean \"mail\"? / there is no folder nowhere in the workspace / ../out leads out of the workspace",
		func(s *Snapshot) string {
			var out []string
			for _, d := range s.DiagnosticsIn(workspacefile.Name) {
				out = append(out, d.Message)
			}
			return strings.Join(out, " / ")
		})
	for _, a := range all {
		if a.Want != a.Got {
			t.Errorf("%s:\n want %s\n got  %s", a.What, a.Want, a.Got)
		}
	}
}

func only(s *Snapshot, code string) []string {
	var out []string
	for _, d := range s.Diagnostics() {
		if d.Code == code {
			out = append(out, fmt.Sprintf("%s:%s %s", d.Code, d.Severity, d.Topic))
		}
	}
	return out
}

// TestOwnFilePrecedence: options come before the file.
func TestOwnFilePrecedence(t *testing.T) {
	files := map[string]string{}
	for p, text := range ownWorkspace {
		files[p] = text
	}
	files[".topicls.yaml"] = "environment: compose:staging\nignore: [legacy/, mail/]\nseverities: {env-unused: error, topic-no-consumer: off}\n"
	root := writeFiles(t, files)
	w, err := Open(context.Background(), root, Options{
		Environment: "compose", Exclude: []string{"!mail/"}, Grading: map[string]topology.Severity{"env-unused": topology.Hint},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := w.Snapshot()
	if got := s.File("shop/main.py")[0].Topics[0].Name; got != "orders" {
		t.Errorf("the file's environment answers: %s", got)
	}
	if !s.Files().Has("mail/main.py") || s.Files().Has("legacy/main.py") {
		t.Error("patterns do not add up")
	}
	if diff := cmp.Diff([]string{"topic-no-producer:information mails", "topic-no-producer:information lost"}, only(s, "topic-no-producer")); diff != "" {
		t.Error(diff)
	}
	if got := foundIn(s); !strings.Contains(got, "env-unused:hint UNUSED") || strings.Contains(got, "topic-no-consumer") {
		t.Errorf("findings: %s", got)
	}
	if got := foundIn(w.Grade(nil)); !strings.Contains(got, "env-unused:error UNUSED") {
		t.Errorf("without options: %s", got)
	}
	if err := os.Remove(filepath.Join(root, ".topicls.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := foundIn(w.Apply(source.Touched(".topicls.yaml"))); !strings.Contains(got, "topic-no-consumer") {
		t.Errorf("without the file: %s", got)
	}
}

// TestOwnSuggestions: what may stand at the mark | of the file.
func TestOwnSuggestions(t *testing.T) {
	w := openFiles(t, ownWorkspace)
	for text, want := range map[string]string{
		"env|":                                 "env: environment: ignore: services: topics: deadLetters: severities: models: imports:",
		"ignore: []\n|":                        ": environment: services: topics: deadLetters: severities: models: imports:",
		"environment: com|":                    "com: compose compose:staging",
		"services:\n  mail: [mail]\n  |":       ": legacy: shop:",
		"topics:\n  external:\n    - e|\n":     "e: erp.out mails orders-rejects",
		"severities:\n  env-unset: war|\n":     "war: error warning information hint off",
		"severities:\n  group-shared: off\n#|": "nothing",
	} {
		off := strings.Index(text, "|")
		s := w.Apply(source.Opened(workspacefile.Name, []byte(strings.Replace(text, "|", "", 1))))
		place, list := s.OwnSuggestions(uint32(off))
		got := "nothing"
		if place.File != "" {
			data, _ := s.Text(place.File)
			got = string(data[place.Start:place.End]) + ":"
			for _, x := range list {
				got += " " + x.Text
				if x.IsKey {
					got += ":"
				}
			}
		}
		if got != want {
			t.Errorf("%q: %s\nnot %s", text, got, want)
		}
	}
}
