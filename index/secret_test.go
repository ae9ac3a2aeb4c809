package index

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"topicls/index/report"
	"topicls/index/topology"
)

// TestSecrets looks for the values of secrets in all that people read: a value
// that names a topic is none, whatever its variable is called.
func TestSecrets(t *testing.T) {
	const compose = `services:
  app:
    build: app
    environment:
      DB_PASSWORD: hunter2-a
      api-token: hunter2-b
      AWS_SECRET_ACCESS_KEY: ${VAULT}
      S3_ACCESS_KEY: hunter2-d
      DATABASE_URL: postgres://app:hunter2-e@db:5432/app
      KAFKA_SASL_JAAS_CONFIG: module required password="hunter2-f";
      PASSWORD_RESET_TOPIC: password-resets
      TOKEN_GROUP: token-workers
      LEVEL: info
      OUTPUT: ${UNSET_PASSWORD:-hunter2-g}
  db:
    image: postgres
    environment:
      POSTGRES_PASSWORD: hunter2-h
`
	s := openFiles(t, map[string]string{
		"app/main.py": `import os

from kafka import KafkaConsumer, KafkaProducer

password = os.environ.get("DB_PASSWORD", "hunter2-i")
other = os.environ.get("OTHER_PASSWD", "hunter2-j")
key = os.environ["AWS_SECRET_ACCESS_KEY"]
KafkaProducer().send(os.environ["PASSWORD_RESET_TOPIC"], {"id": 1})
KafkaConsumer("password-resets", group_id=os.environ["TOKEN_GROUP"])
`,
		"app/Dockerfile":      "FROM python\nCOPY . /app\nCMD [\"python\", \"/app/main.py\"]\n",
		".env":                "VAULT=hunter2-c\n",
		"docker-compose.yaml": compose,
	}).Snapshot()
	for name, write := range map[string]func(io.Writer) error{
		"JSON":     func(w io.Writer) error { return report.JSON(w, s.Report()) },
		"Markdown": func(w io.Writer) error { return report.Markdown(w, s.Report()) },
		"text":     func(w io.Writer) error { return report.Text(w, s.Report(), report.Style{}) },
		"hovers": func(w io.Writer) error {
			for _, p := range []string{"docker-compose.yaml", ".env", "app/main.py"} {
				data, err := s.Files().ReadFile(p)
				if err != nil {
					return err
				}
				for off := range data {
					if h, ok := s.Hover(p, uint32(off)); ok {
						fmt.Fprintln(w, h.Markdown(nil), h.Plain(nil))
					}
				}
			}
			return nil
		},
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		if i := strings.Index(out, "hunter2"); i >= 0 {
			t.Errorf("%s tells a secret: %s", name, out[max(0, i-200):i+20])
		}
		for _, want := range []string{"password-resets", "token-workers", "info"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for _, v := range s.Variables() {
		switch secret := isSecret(v.Name) && !strings.Contains(v.Value, "-"); {
		case secret && (v.Known || v.Value != "" || v.Reason != topology.SecretReason):
			t.Errorf("%+v", v)
		case v.Name == "DATABASE_URL" && v.Value != "postgres://app:•••@db:5432/app":
			t.Errorf("%+v", v)
		}
	}
}
