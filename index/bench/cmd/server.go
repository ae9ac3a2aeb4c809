package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"topicls/index"
)

// server is a running topicls serve.
type server struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	mu   sync.Mutex
	wait map[int]chan json.RawMessage
	id   int

	stopped bool
}

// startServer starts the server, with what it keeps between runs in a folder.
func startServer(ctx context.Context, program, cache, root string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, program, "serve", "--cache-dir", cache), wait: map[int]chan json.RawMessage{}}
	s.cmd.Stderr = os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go s.read(bufio.NewReaderSize(out, 1<<16))
	uri := fileURI(root)
	_, err = s.request("initialize", map[string]any{
		"processId": nil, "rootUri": uri, "workspaceFolders": []any{map[string]any{"uri": uri, "name": "bench"}},
		"capabilities": map[string]any{
			"general":      map[string]any{"positionEncodings": []string{"utf-16"}},
			"textDocument": map[string]any{"hover": map[string]any{"contentFormat": []string{"markdown"}}, "publishDiagnostics": map[string]any{"relatedInformation": true}},
			"workspace":    map[string]any{"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true}},
		},
	})
	if err != nil {
		return nil, err
	}
	return s, s.notify("initialized", map[string]any{})
}

func (s *server) read(in *bufio.Reader) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, c := range s.wait {
			close(c)
		}
		s.wait = nil
	}()
	for {
		size := 0
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimSpace(line)
			if line == "" {
				break
			}
			if v, ok := strings.CutPrefix(strings.ToLower(line), "content-length:"); ok {
				size, _ = strconv.Atoi(strings.TrimSpace(v))
			}
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		var m struct {
			ID     json.RawMessage
			Method string
			Result json.RawMessage
		}
		if json.Unmarshal(body, &m) != nil || m.ID == nil {
			continue
		}
		if m.Method != "" {
			_ = s.send(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": nil})
			continue
		}
		id, _ := strconv.Atoi(string(m.ID))
		s.mu.Lock()
		c := s.wait[id]
		delete(s.wait, id)
		s.mu.Unlock()
		if c != nil {
			c <- m.Result
		}
	}
}

func (s *server) send(m map[string]any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

func (s *server) notify(method string, params any) error {
	return s.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

func (s *server) request(method string, params any) (json.RawMessage, error) {
	c := make(chan json.RawMessage, 1)
	s.mu.Lock()
	if s.wait == nil {
		s.mu.Unlock()
		return nil, errors.New("the server is gone")
	}
	s.id++
	id := s.id
	s.wait[id] = c
	s.mu.Unlock()
	if err := s.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}); err != nil {
		return nil, err
	}
	select {
	case r, ok := <-c:
		if !ok {
			return nil, errors.New("the server is gone")
		}
		return r, nil
	case <-time.After(5 * time.Minute):
		return nil, fmt.Errorf("%s: no reply", method)
	}
}

func (s *server) stop() {
	if s.stopped {
		return
	}
	s.stopped = true
	_, _ = s.request("shutdown", nil)
	_ = s.notify("exit", nil)
	_ = s.in.Close()
	_ = s.cmd.Wait()
}

// rss is the server's resident memory in MB, now and at its peak.
func (s *server) rss() (now, peak float64) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	field := func(name string) float64 {
		_, rest, _ := strings.Cut(string(data), name+":")
		n, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
		return n / 1024
	}
	return field("VmRSS"), field("VmHWM")
}

func fileURI(p string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(p)}).String()
}

// untilRest is how long an editor is left alone until memory is looked at: after a
// second the server gives up what it can make again, then keeps its index for the
// next start, which takes a second or two.
const untilRest = 6 * time.Second

// throughServer measures the program itself: requests, edits with the request
// that follows them, and memory.
func throughServer(ctx context.Context, o options, root string, r *results) error {
	note("through the server")
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	w, err := index.Open(ctx, root, index.Options{}) // to know what to ask about
	if err != nil {
		return err
	}
	var at []position
	for _, p := range places(w.Snapshot()) {
		at = append(at, positionOf(w.Snapshot(), root, p))
	}
	type document struct{ path, text string }
	var docs []document
	for e := range w.Snapshot().Files().All() {
		if strings.HasSuffix(e.Path, "/handlers.py") || strings.HasSuffix(e.Path, "/topics.py") {
			text, _ := w.Snapshot().Text(e.Path)
			docs = append(docs, document{fileURI(filepath.Join(root, e.Path)), string(text)})
		}
	}
	w = nil
	settle()
	cache, err := os.MkdirTemp("", "topicls-cache")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	start := time.Now()
	s, err := startServer(ctx, o.server, cache, root)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := untilAnswered(func() (json.RawMessage, error) { return s.ask("hover", at[0]) }); err != nil {
		return err
	}
	r.Ready = ms(time.Since(start))
	time.Sleep(untilRest)
	r.RSS, r.PeakRSS = s.rss()
	for _, method := range []string{"hover", "definition", "references"} {
		var took []time.Duration
		answered := 0
		for _, p := range at {
			start := time.Now()
			got, err := s.ask(method, p)
			if err != nil {
				return err
			}
			took = append(took, time.Since(start))
			if string(got) != "null" && string(got) != "[]" {
				answered++
			}
		}
		r.Queries = append(r.Queries, timesOf(fmt.Sprintf("%s, request to reply (%d of %d answered)", method, answered, len(at)), took))
	}
	random := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	version, made := 1, 0
	limit := time.Now().Add(o.manyFor)
	for made < o.many && time.Now().Before(limit) {
		d := docs[random.IntN(len(docs))]
		if err := s.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": d.path, "languageId": "python", "version": version, "text": d.text}}); err != nil {
			return err
		}
		for range 20 {
			version++
			made++
			line := 1 + random.IntN(strings.Count(d.text, "\n"))
			start := time.Now()
			err := s.notify("textDocument/didChange", map[string]any{
				"textDocument":   map[string]any{"uri": d.path, "version": version},
				"contentChanges": []any{map[string]any{"range": span(line, 0, line, 0), "text": fmt.Sprintf("x%d = %d\n", version, version)}},
			})
			if err != nil {
				return err
			}
			if _, err := s.ask("hover", position{d.path, line + 1, 4}); err != nil {
				return err
			}
			took = append(took, time.Since(start))
			if err := s.notify("textDocument/didChange", map[string]any{
				"textDocument":   map[string]any{"uri": d.path, "version": version},
				"contentChanges": []any{map[string]any{"text": d.text}},
			}); err != nil {
				return err
			}
		}
		if err := s.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": d.path}}); err != nil {
			return err
		}
	}
	r.Edits = append(r.Edits, timesOf("typing in handlers and topics through the server, with the hover after it", took))
	r.Many = made
	time.Sleep(untilRest)
	r.RSSAfter, r.PeakRSS = s.rss()
	s.stop()
	r.Second, err = secondServer(ctx, o.server, cache, root, func(s *server) (json.RawMessage, error) { return s.ask("hover", at[0]) })
	return err
}

func span(l1, c1, l2, c2 int) map[string]any {
	return map[string]any{"start": map[string]any{"line": l1, "character": c1}, "end": map[string]any{"line": l2, "character": c2}}
}
