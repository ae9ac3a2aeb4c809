package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicls/index/deploy"
	"topicls/index/deploy/config"
	"topicls/index/deploy/hocon"
	"topicls/index/deploy/keys"
	"topicls/index/deploy/properties"
)

// files is a workspace of configuration files by path.
type files map[string]string

func (f files) Mounted(m *deploy.MountedFile, format, sep string) *keys.File {
	return files{m.Target: m.Text}.Read(m.Target, format, sep)
}

func (f files) Read(p, format, sep string) *keys.File {
	data, ok := f[p]
	if !ok {
		return nil
	}
	if format == "" {
		format = p[strings.LastIndexByte(p, '.'):]
	}
	var out keys.File
	switch format {
	case ".properties":
		out = properties.Read([]byte(data))
	case ".json":
		out = keys.JSON([]byte(data), sep)
	case ".conf":
		out = hocon.Read([]byte(data))
	default:
		out = keys.YAML([]byte(data), sep)
	}
	return &out
}

// process makes what is known of a service from `NAME=value` and commands.
func process(env []string, command ...string) *config.Process {
	p := &config.Process{}
	for _, e := range env {
		n, v, _ := strings.Cut(e, "=")
		p.Vars = append(p.Vars, deploy.Variable{Name: n, Value: v, NamePos: deploy.Pos{File: "compose.yaml"}})
	}
	slices.SortFunc(p.Vars, func(a, b deploy.Variable) int { return strings.Compare(a.Name, b.Name) })
	if len(command) > 0 {
		p.Entries = []deploy.Entry{{Words: command, Pos: deploy.Pos{File: "compose.yaml"}}}
	}
	return p
}

// show writes what a key is: its values with their status, and the chain.
func show(f files, s *config.Store, key string) string {
	values, ok, why := s.Lookup(key)
	if !ok {
		return "not set " + why
	}
	var out []string
	for _, v := range values {
		text := v.Text
		switch v.Status {
		case config.Default:
			text += " (default)"
		case config.Unknown:
			text = "unknown: " + v.Why
		}
		for _, st := range v.Steps {
			at := st.File
			if data := f[st.File]; int(st.End) <= len(data) && st.End > st.Start {
				at += " " + data[st.Start:st.End]
			}
			text += fmt.Sprintf(" < %s [%s]", st.What, at)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

type lookup struct{ key, want string }

func check(t *testing.T, f files, s *config.Store, list []lookup) {
	t.Helper()
	for _, l := range list {
		if got := show(f, s, l.key); got != l.want {
			t.Errorf("%s is\n\t%s\nwant\n\t%s", l.key, got, l.want)
		}
	}
}

var java = config.Module{Dir: "app", Resources: []string{"app/src/main/resources"}}

const res = "app/src/main/resources/"

// TestSpring follows the Spring Boot reference, "Externalized Configuration".
func TestSpring(t *testing.T) {
	f := files{
		res + "application.yml": `app:
  topics:
    orders: ${ORDERS_TOPIC:orders}
    paid: ${app.prefix}.paid
    both: ${A_TOPIC:${B_TOPIC:fallback}}
    list: [a, "${app.prefix}.b"]
    self: ${app.topics.other}
    other: ${app.topics.self}
    el: "#{'x'.concat('y')}"
    built: "@topic@"
    missing: ${NOT_SET}
    maxSize: big
  prefix: shop
spring:
  profiles:
    group:
      prod: [kafka-prod, audit]
---
spring.config.activate.on-profile: "prod & !audit"
app.prefix: never
---
spring.config.activate.on-profile: audit | other
app.audit: on
`,
		res + "application-prod.properties": "app.prefix=shop-prod\nspring.config.import=optional:classpath:more.yml\n",
		res + "more.yml":                    "app.more: from-import\n",
		res + "application.properties":      "app.file=properties\n",
		res + "application.yaml":            "app.file: yaml\n",
		"app/config/application.yml":        "app.outside: here\n",
	}
	s := config.NewSpring(process(nil), java, nil, f)
	check(t, f, s, []lookup{
		{"app.topics.orders", "orders (default) < app.topics.orders is set here [" + res + "application.yml ${ORDERS_TOPIC:orders}] < variable ORDERS_TOPIC [" + res + "application.yml ORDERS_TOPIC] < the default of ORDERS_TOPIC in application.yml [" + res + "application.yml orders]"},
		{"app.topics.paid", "shop.paid < app.topics.paid is set here [" + res + "application.yml ${app.prefix}.paid] < app.prefix is set here [" + res + "application.yml shop]"},
		{"app.topics.self", "unknown: app.topics.self refers to itself < app.topics.self is set here [" + res + "application.yml ${app.topics.other}] < app.topics.other is set here [" + res + "application.yml ${app.topics.self}]"},
		{"app.topics.el", "unknown: an expression that Spring evaluates at run time < app.topics.el is set here [" + res + "application.yml #{'x'.concat('y')}]"},
		{"app.topics.built", "unknown: filled in by the build < app.topics.built is set here [" + res + "application.yml @topic@]"},
		{"app.topics.missing", "unknown: NOT_SET is not set and has no default < app.topics.missing is set here [" + res + "application.yml ${NOT_SET}] < NOT_SET is not set and has no default [" + res + "application.yml NOT_SET]"},
		{"app.file", "properties < app.file is set here [" + res + "application.properties properties]"},
		{"app.outside", "here < app.outside is set here [app/config/application.yml here]"},
		{"app.topics.max-size", "big < app.topics.max-size is set here [" + res + "application.yml big]"},
		{"app.more", "not set "},
		{"app.audit", "not set "},
	})
	list := show(f, s, "app.topics.list")
	if !strings.HasPrefix(list, "a < ") || !strings.Contains(list, "; shop.b < ") {
		t.Errorf("a list is %s", list)
	}
	s = config.NewSpring(process([]string{"SPRING_PROFILES_ACTIVE=prod", "ORDERS_TOPIC=orders-v2", "APP_TOPICS_MAXSIZE=env", "B_TOPIC=b"}), java, nil, f)
	if want := []string{"prod", "kafka-prod", "audit"}; !slices.Equal(s.Profiles, want) {
		t.Errorf("profiles are %q", s.Profiles)
	}
	check(t, f, s, []lookup{
		{"app.topics.orders", "orders-v2 < app.topics.orders is set here [" + res + "application.yml ${ORDERS_TOPIC:orders}] < variable ORDERS_TOPIC [" + res + "application.yml ORDERS_TOPIC] < ORDERS_TOPIC is set here [compose.yaml]"},
		{"app.prefix", "shop-prod < app.prefix is set here [" + res + "application-prod.properties shop-prod]"},
		{"app.topics.both", "b < app.topics.both is set here [" + res + "application.yml ${A_TOPIC:${B_TOPIC:fallback}}] < variable B_TOPIC [" + res + "application.yml B_TOPIC] < B_TOPIC is set here [compose.yaml]"},
		{"app.topics.max-size", "env < APP_TOPICS_MAXSIZE is set here [compose.yaml]"},
		{"app.more", "from-import < app.more is set here [" + res + "more.yml from-import]"},
		{"app.audit", "on < app.audit is set here [" + res + "application.yml on]"},
	})
	s = config.NewSpring(process([]string{"JAVA_OPTS=-Dapp.prefix=jvm", "APP_PREFIX=env"}, "java", "-jar", "app.jar", "--app.topics.orders=arg"), java, nil, f)
	check(t, f, s, []lookup{
		{"app.prefix", "jvm < JAVA_OPTS is set here [compose.yaml]"},
		{"app.topics.orders", "arg < app.topics.orders in the command [compose.yaml]"},
	})
}

func TestSpringProfilesOfFiles(t *testing.T) {
	f := files{
		res + "application.properties":        "spring.profiles.active=${PROFILE:dev}\na=plain\n#---\nspring.config.activate.on-profile=dev\na=dev\n",
		res + "application-stage.yml":         "a: stage\n",
		res + "bootstrap.yml":                 "a: bootstrap\nb: bootstrap\n",
		"other/kafka.properties":              "b=source\nc=source\n",
		"app/src/main/resources/k.properties": "b=source\nc=source\n",
	}
	s := config.NewSpring(process(nil), java, config.Extra{"classpath:k.properties"}, f)
	for key, want := range map[string]string{"a": "dev", "b": "bootstrap", "c": "source"} {
		if v, _, _ := s.Lookup(key); len(v) != 1 || v[0].Text != want {
			t.Errorf("%s is %+v, want %s", key, v, want)
		}
	}
	s = config.NewSpring(process([]string{"PROFILE=stage"}), java, nil, f)
	if v, _, _ := s.Lookup("a"); len(v) != 1 || v[0].Text != "stage" {
		t.Errorf("a is %+v", v)
	}
}

// TestSpringServed follows the reference of Spring Cloud Config.
func TestSpringServed(t *testing.T) {
	f := files{
		res + "application.yml":                            "spring:\n  application.name: billing\n  config.import: \"optional:configserver:http://config:8888\"\napp.topic: local\napp.own: own\n",
		"server/src/main/resources/application.yml":        "spring.cloud.config.server.native.search-locations: classpath:/files\n",
		"server/src/main/resources/files/application.yml":  "app.topic: all\napp.shared: shared\n",
		"server/src/main/resources/files/billing.yml":      "app.topic: billing\n",
		"server/src/main/resources/files/billing-prod.yml": "app.topic: billing-prod\n",
		"server/src/main/resources/files/other.yml":        "app.topic: other\n",
		"git/src/main/resources/application.properties":    "spring.cloud.config.server.git.uri=file:///home/me/shop/repo\n",
		"repo/stock.properties":                            "app.topic=stock\n",
		"stock/src/main/resources/bootstrap.properties":    "spring.application.name=stock\nspring.cloud.config.uri=http://config\n",
		"stock/src/main/resources/application.properties":  "app.topic=local\n",
	}
	others := func() []config.Module {
		return []config.Module{{Dir: "server", Resources: []string{"server/src/main/resources"}}, {Dir: "git", Resources: []string{"git/src/main/resources"}}}
	}
	m := java
	m.Others = others
	for _, c := range []struct{ env, key, want string }{
		{"X=1", "app.topic", "billing"},
		{"X=1", "app.shared", "shared"},
		{"X=1", "app.own", "own"},
		{"SPRING_PROFILES_ACTIVE=prod", "app.topic", "billing-prod"},
		{"APP_TOPIC=env", "app.topic", "env"},
	} {
		if v, _, _ := config.NewSpring(process([]string{c.env}), m, nil, f).Lookup(c.key); len(v) != 1 || v[0].Text != c.want {
			t.Errorf("with %s, %s is %+v, want %s", c.env, c.key, v, c.want)
		}
	}
	m = config.Module{Dir: "stock", Resources: []string{"stock/src/main/resources"}, Others: others}
	if v, _, _ := config.NewSpring(process([]string{"APP_TOPIC=env"}), m, nil, f).Lookup("app.topic"); len(v) != 1 || v[0].Text != "stock" {
		t.Errorf("a program that asks in its bootstrap phase has %+v", v)
	}
}

// TestMicroProfile follows the Quarkus configuration reference and MicroProfile
// Config 3.1.
func TestMicroProfile(t *testing.T) {
	f := files{
		res + "application.properties":                  "mp.messaging.incoming.orders.topic=orders\n%dev.mp.messaging.incoming.orders.topic=orders-dev\n%{test,dev}.x=y\ncost=$${literal}\n",
		res + "META-INF/microprofile-config.properties": "mp.messaging.incoming.orders.topic=low\nonly.here=1\n",
		"app/.env": "ONLY_HERE=2\n",
	}
	s := config.NewMicroProfile(process(nil), java, nil, f)
	check(t, f, s, []lookup{
		{"mp.messaging.incoming.orders.topic", "orders < mp.messaging.incoming.orders.topic is set here [" + res + "application.properties orders]"},
		{"x", "not set "},
		{"cost", "${literal} < cost is set here [" + res + "application.properties $${literal}]"},
		{"only.here", "2 < only.here is set here [app/.env 2]"},
	})
	s = config.NewMicroProfile(process([]string{"QUARKUS_PROFILE=dev"}), java, nil, f)
	check(t, f, s, []lookup{
		{"mp.messaging.incoming.orders.topic", "orders-dev < mp.messaging.incoming.orders.topic is set here [" + res + "application.properties orders-dev]"},
		{"x", "y < x is set here [" + res + "application.properties y]"},
	})
	s = config.NewMicroProfile(process([]string{"MP_MESSAGING_INCOMING_ORDERS_TOPIC=env"}), java, nil, f)
	check(t, f, s, []lookup{{"mp.messaging.incoming.orders.topic", "env < MP_MESSAGING_INCOMING_ORDERS_TOPIC is set here [compose.yaml]"}})
}

func TestMicronaut(t *testing.T) {
	f := files{
		res + "application.yml":      "my:\n  topic: ${ORDERS_TOPIC:`orders:v1`}\n",
		res + "application-prod.yml": "my.group: prod\n",
	}
	s := config.NewMicronaut(process([]string{"MICRONAUT_ENVIRONMENTS=prod"}), java, nil, f)
	check(t, f, s, []lookup{
		{"my.topic", "orders:v1 (default) < my.topic is set here [" + res + "application.yml ${ORDERS_TOPIC:`orders:v1`}] < variable ORDERS_TOPIC [" + res + "application.yml ORDERS_TOPIC] < the default of ORDERS_TOPIC in application.yml [" + res + "application.yml orders:v1]"},
		{"my.group", "prod < my.group is set here [" + res + "application-prod.yml prod]"},
	})
	s = config.NewMicronaut(process([]string{"MY_TOPIC=env"}), java, nil, f)
	check(t, f, s, []lookup{{"my.topic", "env < MY_TOPIC is set here [compose.yaml]"}})
}

// TestDotNet follows "Configuration in .NET", default host builder.
func TestDotNet(t *testing.T) {
	f := files{
		"app/appsettings.json":             `{"Kafka": {"Topic": "orders", "Topics": ["a", "b"]}}`,
		"app/appsettings.Development.json": `{"kafka": {"topic": "orders-dev"}}`,
	}
	m := config.Module{Dir: "app"}
	s := config.NewDotNet(process(nil), m, nil, f)
	check(t, f, s, []lookup{
		{"Kafka:Topic", "orders < Kafka:Topic is set here [app/appsettings.json orders]"},
		{"Kafka:Topics:1", "b < Kafka:Topics:1 is set here [app/appsettings.json b]"},
		{"Kafka:Topics", "a < Kafka:Topics[0] is set here [app/appsettings.json a]; b < Kafka:Topics[1] is set here [app/appsettings.json b]"},
	})
	s = config.NewDotNet(process([]string{"ASPNETCORE_ENVIRONMENT=Development"}), m, nil, f)
	check(t, f, s, []lookup{{"Kafka:Topic", "orders-dev < Kafka:Topic is set here [app/appsettings.Development.json orders-dev]"}})
	s = config.NewDotNet(process([]string{"Kafka__Topic=env"}), m, nil, f)
	check(t, f, s, []lookup{{"kafka:topic", "env < Kafka__Topic is set here [compose.yaml]"}})
	s = config.NewDotNet(process([]string{"Kafka__Topic=env"}, "dotnet", "App.dll", "--Kafka:Topic=arg"), m, nil, f)
	check(t, f, s, []lookup{{"Kafka:Topic", "arg < Kafka:Topic in the command [compose.yaml]"}})
}

func TestKtor(t *testing.T) {
	f := files{res + "application.conf": "kafka {\n  topic = orders\n  topic = ${?ORDERS_TOPIC}\n  group = ${kafka.topic}\"-group\"\n}\n"}
	s := config.NewKtor(process(nil), java, nil, f)
	check(t, f, s, []lookup{
		{"kafka.topic", "orders < kafka.topic is set here [" + res + "application.conf orders]"},
		{"kafka.group", `orders-group < kafka.group is set here [` + res + `application.conf ${kafka.topic}"-group] < kafka.topic is set here [` + res + `application.conf orders]`},
	})
	s = config.NewKtor(process([]string{"ORDERS_TOPIC=env"}), java, nil, f)
	check(t, f, s, []lookup{{"kafka.topic", "env < kafka.topic is set here [" + res + "application.conf ${?ORDERS_TOPIC}] < variable ORDERS_TOPIC [" + res + "application.conf ORDERS_TOPIC] < ORDERS_TOPIC is set here [compose.yaml]"}})
	f = files{res + "application.yaml": "kafka:\n  topic: \"$ORDERS_TOPIC:orders\"\n"}
	s = config.NewKtor(process(nil), java, nil, f)
	check(t, f, s, []lookup{{"kafka.topic", "orders (default) < kafka.topic is set here [" + res + "application.yaml $ORDERS_TOPIC:orders] < variable ORDERS_TOPIC [" + res + "application.yaml ORDERS_TOPIC] < the default of ORDERS_TOPIC in application.yaml [" + res + "application.yaml orders]"}})
}

func TestViper(t *testing.T) {
	f := files{"app/config/config.yaml": "kafka:\n  topic: orders\n  Group: g\n"}
	m := config.Module{Dir: "app"}
	u := config.ViperSetup{Names: []string{"config"}, Paths: []string{"./config"}, Automatic: true, Prefix: "shop", Replace: []string{".", "_"}}
	s := config.NewViper(process([]string{"SHOP_KAFKA_GROUP=env", "KAFKA_TOPIC=not-this"}), m, u, f)
	check(t, f, s, []lookup{
		{"kafka.topic", "orders < kafka.topic is set here [app/config/config.yaml orders]"},
		{"kafka.group", "env < SHOP_KAFKA_GROUP is set here [compose.yaml]"},
	})
	u.Defaults = map[string]config.CodeValue{"kafka.dlq": {Text: "dead"}}
	u.Set = map[string]config.CodeValue{"kafka.retries": {Text: "3"}}
	s = config.NewViper(process([]string{"SHOP_KAFKA_RETRIES=4"}), m, u, f)
	check(t, f, s, []lookup{{"kafka.DLQ", "dead (default)"}, {"kafka.retries", "3"}})
	u.Automatic, u.Bound = false, map[string][]string{"kafka.topic": {"KAFKA_TOPIC"}}
	s = config.NewViper(process([]string{"SHOP_KAFKA_GROUP=env", "KAFKA_TOPIC=bound"}), m, u, f)
	check(t, f, s, []lookup{
		{"kafka.topic", "bound < KAFKA_TOPIC is set here [compose.yaml]"},
		{"kafka.group", "g < kafka.group is set here [app/config/config.yaml g]"},
	})
}

// FuzzSpring feeds files and questions to the stores that have placeholders:
// nothing hangs or crashes, and what is known has a place inside of a file.
func FuzzSpring(f *testing.F) {
	f.Add("a: ${b}\nb: ${a:${c:x}}\n", "spring.config.import=classpath:application.yml\n#---\nspring.profiles=(a&b\n", "a")
	f.Fuzz(func(t *testing.T, yml, props, key string) {
		fs := files{res + "application.yml": yml, res + "application.properties": props, res + "META-INF/microprofile-config.properties": props, "app/.env": props, res + "application.conf": yml}
		p := process([]string{"SPRING_PROFILES_ACTIVE=" + key, "A=" + yml, "SPRING_APPLICATION_JSON=" + props}, "java", props)
		for _, s := range []*config.Store{
			config.NewSpring(p, java, config.Extra{key}, fs), config.NewMicroProfile(p, java, nil, fs), config.NewMicronaut(p, java, nil, fs),
			config.NewKtor(p, java, nil, fs), config.NewDotNet(p, java, config.Extra{key}, fs),
		} {
			values, ok, _ := s.Lookup(key)
			if ok && len(values) == 0 {
				t.Errorf("%s is set to nothing", key)
			}
			for _, v := range values {
				for _, st := range v.Steps {
					if data, ok := fs[st.File]; ok && (st.Start > st.End || int(st.End) > len(data)) {
						t.Errorf("step %+v lies outside of its file", st)
					}
				}
			}
			s.Reads()
		}
	})
}

// Files that a deployment mounts count where the program reads them; a secret there
// makes what it may set unknown, and its text is never asked for.
func TestMountedFiles(t *testing.T) {
	module := config.Module{Dir: "app", Resources: []string{"app/src/main/resources"}}
	packaged := files{"app/src/main/resources/application.yml": "topic: packaged\nother: o\n", "conf/prod.yml": "topic: bound\n"}
	for _, c := range []struct {
		name    string
		process config.Process
		want    string
	}{
		{"in the folder config", config.Process{Dir: "/app", Files: []deploy.MountedFile{{Target: "/app/config/application.yml", Text: "topic: mounted\n"}}}, "mounted"},
		{"elsewhere", config.Process{Dir: "/app", Files: []deploy.MountedFile{{Target: "/etc/application.yml", Text: "topic: mounted\n"}}}, "packaged"},
		{"where the program starts is not known", config.Process{Files: []deploy.MountedFile{{Target: "/etc/application.yml", Text: "topic: mounted\n"}}}, "mounted"},
		{"a secret", config.Process{Dir: "/app", Files: []deploy.MountedFile{{Target: "/app/config/application.yml", Secret: true}}}, "?"},
		{"a secret elsewhere", config.Process{Dir: "/app", Files: []deploy.MountedFile{{Target: "/etc/application.yml", Secret: true}}}, "packaged"},
		{"given on deploying", config.Process{Dir: "/app", Files: []deploy.MountedFile{{Target: "/app/config/application.yml", Text: "topic: a-" + deploy.UnknownText + "\n"}}}, "?"},
		{"a file of the workspace", config.Process{Dir: "/app", Mounts: []deploy.Mount{{Source: "conf/prod.yml", Target: "/app/application.yml"}}}, "bound"},
	} {
		values, ok, _ := config.NewSpring(&c.process, module, nil, packaged).Lookup("topic")
		got := "?"
		if ok && values[0].Status != config.Unknown {
			got = values[0].Text
		}
		if got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}
