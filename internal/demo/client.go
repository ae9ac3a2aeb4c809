package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os/exec"
	"strconv"
)

// client is one end of a session with a language server.
type client struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	messages chan message // what the server sends, until it ends
	stderr   bytes.Buffer
	id       int

	diagnostics map[string][]diagnostic // by URI
}

// message is a request, a notification or a reply.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  any             `json:"params,omitempty"`
	Result  any             `json:"result,omitempty"`
	Error   *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error,omitempty"`

	raw json.RawMessage // params or result as it came
}

func (m *message) UnmarshalJSON(data []byte) error {
	var in struct {
		ID             json.RawMessage
		Method         string
		Params, Result json.RawMessage
		Error          *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		}
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	m.ID, m.Method, m.Error, m.raw = in.ID, in.Method, in.Error, in.Result
	if in.Method != "" {
		m.raw = in.Params
	}
	return nil
}

type (
	position struct {
		Line      int `json:"line"`
		Character int `json:"character"` // UTF-16 units
	}
	span struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}
	location struct {
		URI   string `json:"uri"`
		Range span   `json:"range"`
	}
	diagnostic struct {
		Range    span   `json:"range"`
		Severity int    `json:"severity"`
		Code     string `json:"code"`
		Message  string `json:"message"`
	}
)

// start starts the server and introduces itself.
func start(ctx context.Context, program, root string) (*client, error) {
	c := &client{
		cmd: exec.CommandContext(ctx, program, "serve"), messages: make(chan message),
		diagnostics: map[string][]diagnostic{},
	}
	c.cmd.Stderr = &c.stderr
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go c.read(bufio.NewReader(out))
	type object = map[string]any
	err = c.call(ctx, "initialize", object{
		"processId": nil, "rootUri": fileURI(root), "clientInfo": object{"name": "demo"},
		"workspaceFolders": []object{{"uri": fileURI(root), "name": "workspace"}},
		"capabilities": object{
			"textDocument": object{"hover": object{"contentFormat": []string{"markdown"}}, "publishDiagnostics": object{"relatedInformation": true}},
		},
	}, nil)
	if err != nil {
		return nil, err
	}
	return c, c.send(message{Method: "initialized", Params: struct{}{}})
}

// read sends on what the server writes.
func (c *client) read(r *bufio.Reader) {
	defer close(c.messages)
	for {
		header, err := textproto.NewReader(r).ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		var m message
		if json.Unmarshal(body, &m) == nil {
			c.messages <- m
		}
	}
}

func (c *client) send(m message) error {
	m.JSONRPC = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// call asks the server and waits for its answer, taking in what else it says.
func (c *client) call(ctx context.Context, method string, params, result any) error {
	c.id++
	id := json.RawMessage(strconv.Itoa(c.id))
	if err := c.send(message{ID: id, Method: method, Params: params}); err != nil {
		return err
	}
	for {
		m, err := c.next(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		if m.Method != "" || !bytes.Equal(m.ID, id) {
			continue
		}
		if m.Error != nil {
			return fmt.Errorf("%s: %s (%d)", method, m.Error.Message, m.Error.Code)
		}
		if result == nil || len(m.raw) == 0 {
			return nil
		}
		return json.Unmarshal(m.raw, result)
	}
}

// until takes in what the server says until done.
func (c *client) until(ctx context.Context, done func() bool) error {
	for !done() {
		if _, err := c.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

// next takes in one message.
func (c *client) next(ctx context.Context) (message, error) {
	var m message
	var open bool
	select {
	case m, open = <-c.messages:
	case <-ctx.Done():
		return m, ctx.Err()
	}
	if !open {
		return m, fmt.Errorf("the server ended: %s", bytes.TrimSpace(c.stderr.Bytes()))
	}
	switch m.Method {
	case "textDocument/publishDiagnostics":
		var p struct {
			URI         string
			Diagnostics []diagnostic
		}
		if err := json.Unmarshal(m.raw, &p); err != nil {
			return m, err
		}
		c.diagnostics[p.URI] = p.Diagnostics
	default:
		if m.Method != "" && len(m.ID) > 0 { // a request: progress tokens, file watchers
			return m, c.send(message{ID: m.ID, Result: json.RawMessage("null")})
		}
	}
	return m, nil
}

// close ends the session as the protocol wants it.
func (c *client) close(ctx context.Context) error {
	if err := c.call(ctx, "shutdown", nil, nil); err != nil {
		return err
	}
	err := errors.Join(c.send(message{Method: "exit"}), c.in.Close())
	for range c.messages { // the reader ends with the server
	}
	return errors.Join(err, c.cmd.Wait())
}
