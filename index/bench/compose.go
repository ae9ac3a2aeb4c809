package bench

import (
	"fmt"
	"strings"
)

// deployed is a service of a compose file.
type deployed struct {
	name, kind            string
	number                int
	out, changed, in, cmd string
}

// composeFile writes a domain's compose file and its .env.
type composeFile struct {
	domain    string
	yaml, env strings.Builder
}

func newCompose(domain string) *composeFile {
	c := &composeFile{domain: domain}
	fmt.Fprintf(&c.yaml, `name: %s

x-environment: &environment
  KAFKA_BOOTSTRAP_SERVERS: kafka:9092
  LOG_LEVEL: ${LOG_LEVEL:-INFO}

services:
  kafka:
    image: apache/kafka:3.7.1
    environment:
      KAFKA_NODE_ID: 1
      KAFKA_PROCESS_ROLES: broker,controller
      KAFKA_LISTENERS: PLAINTEXT://:9092,CONTROLLER://:9093
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: secret
`, domain)
	c.env.WriteString("LOG_LEVEL=INFO\n")
	return c
}

// add deploys a service. Some topics are set here, some in .env, some are left
// to the code's defaults.
func (c *composeFile) add(s deployed) {
	y := &c.yaml
	fmt.Fprintf(y, "\n  %s:\n", s.name)
	if s.kind == "shared" {
		fmt.Fprintf(y, "    build:\n      context: .\n      dockerfile: %s/Dockerfile\n", s.name)
	} else {
		fmt.Fprintf(y, "    build: ./%s\n", s.name)
	}
	y.WriteString("    depends_on: [kafka, db]\n    restart: unless-stopped\n")
	type setting struct{ name, value string }
	vars := []setting{{"PRODUCER_TOPIC", s.out}, {"CONSUMER_GROUP_ID", s.name + "-v1"}}
	if s.number%3 == 0 {
		v := strings.ToUpper(strings.ReplaceAll(s.name, "-", "_")) + "_INPUT"
		fmt.Fprintf(&c.env, "%s=%s\n", v, s.in)
		vars = append(vars, setting{"CONSUMER_TOPIC", "${" + v + "}"})
	} else {
		vars = append(vars, setting{"CONSUMER_TOPIC", s.in})
	}
	if s.number%2 == 0 {
		vars = append(vars, setting{"CHANGED_TOPIC", "${CHANGED_TOPIC_OVERRIDE:-" + s.changed + "}"})
	}
	if s.number%4 != 1 {
		vars = append(vars, setting{"COMMAND_TOPIC", s.cmd})
	}
	vars = append(vars, setting{"DATABASE_URL", "postgresql://db/" + s.name})
	y.WriteString("    environment:\n")
	if s.number%2 == 0 {
		y.WriteString("      <<: *environment\n")
		for _, v := range vars {
			fmt.Fprintf(y, "      %s: %s\n", v.name, v.value)
		}
		return
	}
	y.WriteString("      - KAFKA_BOOTSTRAP_SERVERS=kafka:9092\n")
	for _, v := range vars {
		fmt.Fprintf(y, "      - %s=%s\n", v.name, v.value)
	}
}

func (c *composeFile) files() []File {
	return []File{
		{c.domain + "/docker-compose.yaml", c.yaml.String()},
		{c.domain + "/.env", c.env.String()},
	}
}
