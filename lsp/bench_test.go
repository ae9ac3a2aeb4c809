package lsp

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"topicls/lsp/internal/lsptest"
)

// bigWorkspace has files of five endpoints each in services of ten files,
// whose topics come from variables, constants and literals.
func bigWorkspace(tb testing.TB, endpoints int) (root string, files []string) {
	tb.Helper()
	var list []string
	var compose strings.Builder
	compose.WriteString("services:\n")
	services := max(1, endpoints/50)
	for s := range services {
		dir := fmt.Sprintf("svc%04d", s)
		fmt.Fprintf(&compose, "  %s:\n    build: %s\n    environment:\n      OUT_TOPIC: topic-%d\n      LOG_LEVEL: info\n", dir, dir, s%200)
		list = append(list, dir+"/Dockerfile", "FROM python:3.12\nCOPY . /app\n",
			dir+"/topics.py", fmt.Sprintf("ORDERS = \"topic-%d\"\n", s%97))
		for f := range 10 {
			name := fmt.Sprintf("%s/mod%d.py", dir, f)
			files = append(files, name)
			list = append(list, name, fmt.Sprintf(`import os

from kafka import KafkaConsumer, KafkaProducer
from topics import ORDERS

TOPIC = os.environ.get("OUT_TOPIC", "nowhere")
producer = KafkaProducer(bootstrap_servers="kafka:9092")


def work(order_id, total):
    producer.send(TOPIC, {"order_id": order_id, "total": 1.5, "lines": []})
    producer.send(ORDERS, {"order_id": order_id})
    producer.send("topic-%d", {"a": 1})


first = KafkaConsumer("topic-%d", group_id="g%d")
second = KafkaConsumer(ORDERS, group_id="h")
`, f*7%200, (s+f)%200, s))
		}
	}
	list = append(list, "docker-compose.yaml", compose.String())
	return workspace(tb, list...), files
}

// durations gathers, from the server's log, how long each request took from
// its arrival to its reply.
type durations struct {
	slog.Handler
	mu   sync.Mutex
	took map[string][]time.Duration
}

func (d *durations) Enabled(context.Context, slog.Level) bool { return true }

func (d *durations) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) > 2 && attrs[0].Key == "method" && attrs[2].Key == "dur" {
		d.mu.Lock()
		defer d.mu.Unlock()
		method := attrs[0].Value.String()
		d.took[method] = append(d.took[method], attrs[2].Value.Duration())
	}
	return d.Handler
}

// BenchmarkRequests measures requests in the server right after an edit, at
// 10,000 endpoints: the 95th percentile is reported, from arrival to reply.
func BenchmarkRequests(b *testing.B) {
	root, files := bigWorkspace(b, 10000)
	log := &durations{Handler: slog.DiscardHandler, took: map[string][]time.Duration{}}
	e := lsptest.Start(b, func(ctx context.Context, pipe io.ReadWriteCloser) int {
		return serveWith(ctx, pipe, Options{Logger: slog.New(log)})
	}, lsptest.Options{Timeout: time.Minute})
	e.Initialize(root)
	settle(b, e)
	for _, method := range []string{"hover", "definition", "references"} {
		for _, where := range []string{"code", "yaml"} {
			b.Run(method+"/"+where, func(b *testing.B) {
				log.mu.Lock()
				clear(log.took)
				log.mu.Unlock()
				path := filepath.Join(root, files[0])
				e.Open(path, "python", "")
				for i := 0; b.Loop(); i++ {
					e.SetText(path, fmt.Sprintf("# %d\n", i))
					at := lsptest.At(filepath.Join(root, files[(i*37+1)%len(files)]), 10, 18)
					if where == "yaml" {
						at = lsptest.At(filepath.Join(root, "docker-compose.yaml"), 1+5*(i%200)+3, 20)
					}
					at["context"] = map[string]any{"includeDeclaration": true}
					_ = e.Request("topicls/edited", nil, nil) // the edit itself is another budget
					if err := e.Request("textDocument/"+method, at, nil); err != nil {
						b.Fatal(err)
					}
					if i%500 == 0 {
						e.Forget()
					}
				}
				e.CloseDocument(path)
				settle(b, e) // the last reply is logged
				log.mu.Lock()
				defer log.mu.Unlock()
				took := log.took["textDocument/"+method]
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
			})
		}
	}
}
