package connector

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func show(name, data string) string {
	var b strings.Builder
	for _, t := range Read(name, []byte(data)) {
		role := "reads"
		if t.Produce {
			role = "writes"
		}
		fmt.Fprintf(&b, "%s %s %q", t.Class, role, t.Name)
		if t.Group != "" {
			fmt.Fprintf(&b, " as %s", t.Group)
		}
		if t.Reason != "" {
			fmt.Fprintf(&b, " (%s)", t.Reason)
		}
		fmt.Fprintf(&b, " at %q\n", data[t.At.Start:t.At.End])
	}
	return b.String()
}

func TestRead(t *testing.T) {
	const postgres = `"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "shop"`
	for _, c := range []struct{ name, file, data, want string }{
		{
			"posted", "c.json", `{"name": "orders", "config": {` + postgres + `, "table.include.list": "public.orders, public.order items"}}`,
			`PostgresConnector writes "shop.public.orders" at "public.orders"
PostgresConnector writes "shop.public.order_items" at "public.order items"
`,
		},
		{
			"escaped dots", "c.properties", "connector.class=io.debezium.connector.postgresql.PostgresConnector\ntopic.prefix=shop\ntable.include.list=public\\\\.orders\n",
			"PostgresConnector writes \"shop.public.orders\" at \"public\\\\\\\\.orders\"\n",
		},
		{
			"former names", "c.json", `{"connector.class": "io.debezium.connector.mysql.MySqlConnector", "database.server.name": "db1", "table.whitelist": "inventory.customers"}`,
			"MySqlConnector writes \"db1.inventory.customers\" at \"inventory.customers\"\n",
		},
		{
			"expressions", "c.json", `{"config": {` + postgres + `, "table.include.list": "public.order.*,public.(a|b)"}}`,
			`PostgresConnector writes "shop.public.order*" (the tables are a regular expression) at "public.order.*"
PostgresConnector writes "shop.public.*" (the tables are a regular expression) at "public.(a|b)"
`,
		},
		{"all tables", "c.json", `{"config": {` + postgres + `}}`, "PostgresConnector writes \"shop.*\" (the tables are not listed) at \"shop\"\n"},
		{
			"databases", "c.json", `{"config": {"connector.class": "io.debezium.connector.sqlserver.SqlServerConnector", "topic.prefix": "s", "database.names": "a,b", "table.include.list": "dbo.t"}}`,
			"SqlServerConnector writes \"s.a.dbo.t\" at \"dbo.t\"\nSqlServerConnector writes \"s.b.dbo.t\" at \"dbo.t\"\n",
		},
		{
			"router", "c.json", `{"config": {` + postgres + `, "table.include.list": "public.orders", "transforms": "unwrap,route", "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState", "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms.route.regex": "([^.]+)\\.([^.]+)\\.([^.]+)", "transforms.route.replacement": "$3-changes"}}`,
			"PostgresConnector writes \"orders-changes\" at \"public.orders\"\n",
		},
		{
			"outbox", "c.json", `{"config": {` + postgres + `, "table.include.list": "public.outbox", "transforms": "outbox", "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter", "transforms.outbox.route.topic.replacement": "${routedByValue}.events"}}`,
			"PostgresConnector writes \"*.events\" (the rows of the outbox name the topic) at \"${routedByValue}.events\"\n",
		},
		{
			"sink", "c.properties", "name=search\nconnector.class=io.confluent.connect.elasticsearch.ElasticsearchSinkConnector\ntopics=shop.public.orders,refunds\n",
			"ElasticsearchSinkConnector reads \"shop.public.orders\" as connect-search at \"shop.public.orders\"\nElasticsearchSinkConnector reads \"refunds\" as connect-search at \"refunds\"\n",
		},
		{
			"jdbc", "c.json", `{"name": "j", "config": {"connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector", "topic.prefix": "db-", "table.whitelist": "orders"}}`,
			"JdbcSourceConnector writes \"db-orders\" at \"orders\"\n",
		},
		{
			"strimzi", "c.yaml", "apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata:\n  name: orders\nspec:\n  class: io.debezium.connector.postgresql.PostgresConnector\n  config:\n    topic.prefix: shop\n    table.include.list: public.orders\n",
			"PostgresConnector writes \"shop.public.orders\" at \"public.orders\"\n",
		},
		{
			"from elsewhere", "c.json", `{"config": {"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "${env:PREFIX}"}}`,
			"PostgresConnector writes \"\" (the prefix of its topics is not known) at \"io.debezium.connector.postgresql.PostgresConnector\"\n",
		},
		{"none", "package.json", `{"name": "connector.class", "config": {"topics": "orders"}}`, ""},
		{"half typed", "c.json", `{"config": {` + postgres, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(c.file, c.data)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("c.json", `{"name": "x", "config": {"connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "a", "table.include.list": "b.c,d.*", "transforms": "t", "transforms.t.type": "RegexRouter", "transforms.t.regex": "(.*)", "transforms.t.replacement": "$1x"}}`)
	f.Add("c.properties", "connector.class=ASink\ntopics=a,,b\ntopics.regex=a.*\n")
	f.Fuzz(func(t *testing.T, name, data string) {
		for _, topic := range Read(name, []byte(data)) {
			if topic.At.Start > topic.At.End || int(topic.At.End) > len(data) {
				t.Errorf("%q stands at %v", topic.Name, topic.At)
			}
		}
	})
}
