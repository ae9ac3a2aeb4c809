// Package bench makes workspaces of a set size to measure Topicls on, and
// measures it (see the command below it). What it makes is a function of its
// arguments alone.
package bench

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed templates
var templates embed.FS

// perService is about how many endpoints a generated service has.
const perService = 9.75

// pages is how many pages a generated service has: with them, about 60 % of
// the files have nothing to do with Kafka.
const pages = 8

// perFile is how many services a generated compose file has.
const perFile = 25

// File is a file of a generated workspace.
type File struct {
	Path string // relative, with slashes
	Text string
}

// Kinds are the kinds of services that a workspace is made of, in turns.
type Kinds []string

// The kinds of workspaces.
var (
	PythonOnly = Kinds{"own", "own", "shared", "confluent"}
	Mixed      = Kinds{"own", "spring", "gokafka", "shared", "kafkajs", "confluent"} // over languages
)

// pagesOf are the files of a kind's services that have nothing to do with Kafka.
var pagesOf = map[string]string{"spring": "springweb", "gokafka": "goweb", "kafkajs": "kafkajsweb"}

// Workspace lists the files of a workspace with about the given number of
// endpoints: domains of 25 services, each with its compose file. A service has
// its own copy of the Kafka helpers, those of its domain or none, and about
// twice as many files that have nothing to do with Kafka. Services consume
// what others of their domain produce; topics pass through variables, wrappers,
// defaults, constants, attributes and f-strings.
func Workspace(endpoints int, kinds Kinds) []File {
	var files []File
	for _, d := range domains(endpoints, kinds) {
		files = append(files, append(d.files, d.compose()...)...)
	}
	return files
}

// domainFiles is the code of a domain and what is deployed of it.
type domainFiles struct {
	number   int
	name     string
	files    []File
	services []deployed
}

// domains makes the domains of a workspace.
func domains(endpoints int, kinds Kinds) []domainFiles {
	services := max(1, int(float64(endpoints)/perService+0.999))
	var out []domainFiles
	for first := 0; first < services; first += perFile {
		out = append(out, domain(first/perFile, min(perFile, services-first), kinds))
	}
	return out
}

// compose deploys a domain by a compose file.
func (d domainFiles) compose() []File {
	c := newCompose(d.name)
	for _, s := range d.services {
		c.add(s)
	}
	return c.files()
}

// Padded is Workspace with further files that have nothing to do with Kafka, as
// many in all as given: most of a large repository.
func Padded(endpoints, files int, kinds Kinds) []File {
	out := Workspace(endpoints, kinds)
	files = max(files, len(out))
	for section := 1; len(out) < files; section++ {
		folder := fmt.Sprintf("site/section%d", section)
		for k := range pages {
			with := []string{"{{k}}", fmt.Sprint(k + 1), "{{svc}}", fmt.Sprint("section ", section), "{{entity}}", "row", "{{Entity}}", "Row", "{{n}}", fmt.Sprint(10 + section%50)}
			out = append(out, expand("web", folder, strings.NewReplacer(with...))...)
		}
	}
	return out[:files]
}

// Write writes files below root.
func Write(root string, files []File) error {
	made := map[string]bool{}
	for _, f := range files {
		p := filepath.Join(root, filepath.FromSlash(f.Path))
		if dir := filepath.Dir(p); !made[dir] {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return fmt.Errorf("write workspace: %w", err)
			}
			made[dir] = true
		}
		if err := os.WriteFile(p, []byte(f.Text), 0o644); err != nil {
			return fmt.Errorf("write workspace: %w", err)
		}
	}
	return nil
}

var domainWords = []string{
	"commerce", "billing", "logistics", "identity", "catalog", "support", "marketing", "fraud", "pricing", "analytics",
	"content", "search", "loyalty", "risk", "treasury", "sourcing", "returns", "messaging", "partners", "compliance",
}

var entities = []string{
	"order", "invoice", "shipment", "customer", "product", "ticket", "campaign", "alert", "quote", "report",
	"article", "listing", "reward", "score", "transfer", "supplier", "refund", "letter", "contract", "audit_case",
	"parcel", "voucher", "session", "device", "account",
}

func domainName(i int) string {
	w := domainWords[i%len(domainWords)]
	if n := i / len(domainWords); n > 0 {
		return fmt.Sprintf("%s%d", w, n+1)
	}
	return w
}

// domain makes a folder of services.
func domain(number, services int, kinds Kinds) domainFiles {
	name := domainName(number)
	entity := func(i int) string { return entities[(i+services)%services] }
	var files []File
	var list []deployed
	add := func(template, folder string, with ...string) {
		files = append(files, expand(template, folder, strings.NewReplacer(with...))...)
	}
	add("common", name, "{{domain}}", name, "{{svc}}", "")
	for i := range services {
		e := entity(i)
		s := deployed{
			name: strings.ReplaceAll(e, "_", "-") + "-service", number: i,
			out: name + "." + e + ".created", changed: name + "." + e + ".changed",
			in: name + "." + entity(i-1) + ".created", cmd: name + "." + entity(i+1) + ".changed",
			kind: kinds[(i+number)%len(kinds)],
		}
		inEntity := entity(i - 1)
		if i == 0 && number > 0 { // domains are tied to each other by one topic each
			inEntity = entities[perFile-1]
			s.in = domainName(number-1) + "." + inEntity + ".created"
		}
		switch i {
		case 0:
			s.cmd = name + ".audit"
		case 1:
			s.cmd = name + ".reports"
		}
		with := []string{
			"{{domain}}", name, "{{svc}}", s.name, "{{entity}}", e, "{{Entity}}", camel(e), "{{ENTITY}}", strings.ToUpper(e),
			"{{inEntity}}", inEntity, "{{cmdEntity}}", entity(i + 1), "{{out}}", s.out, "{{changed}}", s.changed, "{{in}}", s.in, "{{cmd}}", s.cmd,
			"{{n}}", fmt.Sprint(10 + (number*7+i*3)%50),
		}
		add(s.kind, name+"/"+s.name, with...)
		web := pagesOf[s.kind]
		if web == "" {
			web = "web"
			add("plain", name+"/"+s.name, with...)
		}
		for k := range pages {
			add(web, name+"/"+s.name, append([]string{"{{k}}", fmt.Sprint(k + 1)}, with...)...)
		}
		list = append(list, s)
	}
	return domainFiles{number, name, files, list}
}

// expand fills a template in.
func expand(template, folder string, with *strings.Replacer) []File {
	data, err := templates.ReadFile("templates/" + template + ".txtar")
	if err != nil {
		panic(err) // embedded
	}
	var files []File
	for _, f := range txtar.Parse(data).Files {
		files = append(files, File{folder + "/" + with.Replace(f.Name), with.Replace(string(f.Data))})
	}
	return files
}

func camel(s string) string {
	up := true
	return strings.Map(func(r rune) rune {
		if r == '_' {
			up = true
			return -1
		}
		if up {
			r = unicode.ToUpper(r)
		}
		up = false
		return r
	}, s)
}
