package helm

import (
	"bytes"
	"reflect"
	"strings"
	"text/template"
	"unsafe"
)

// A tracer notes during a rendering how texts come about. It knows a text by
// the address of its first byte; everything noted is kept, so that no address is
// used twice. Nothing of it changes what is rendered.
type tracer struct {
	made   map[*byte]*made
	last   printed // what the action that prints next prints
	units  map[*byte]*unit
	list   []*unit // the same
	recent *unit   // whose text was written last
	steps  int
	bytes  int    // of the texts that functions made
	asked  string // the message of a required value that is missing, until it is printed
	asking func(u *unit, action int, message string)
}

// made says how a text came about, in one of three ways: pieces were written one
// after the other; a function made it of other values; it is a part of another text.
type made struct {
	text   string
	pieces []piece
	fn     string
	args   []any
	path   []any // for fromYaml and the like: where in the document it stood
	of     string
	lines  map[string][]int // of text: the starts of lines by their content, once asked for
}

// A piece is a part of a text that a template wrote, from at to the next piece.
type piece struct {
	at    int
	unit  *unit
	start int     // of a text node: where it begins in the unit
	out   printed // of an action
}

// printed is what an action prints.
type printed struct {
	unit   *unit
	action int // -1: not an action
	value  any
	parent any    // the table that it is a value of
	key    string // by this key
}

func newTracer() *tracer {
	return &tracer{made: map[*byte]*made{}, units: map[*byte]*unit{}, last: printed{action: -1}}
}

func (t *tracer) add(u *unit) {
	if u.src != "" && t.units[unsafe.StringData(u.src)] == nil {
		t.units[unsafe.StringData(u.src)] = u
		t.list = append(t.list, u)
	}
}

// step counts what a rendering does; n is how much this is.
func (t *tracer) step(n int) error {
	if t.steps += n; t.steps > maxSteps {
		return errTooMuch
	}
	return nil
}

// out is the function that instrumented actions call last.
func (t *tracer) out(src string, action int, key string, parent, value any) (any, error) {
	if _, ok := value.(string); !ok {
		afford(value)
	}
	t.last = printed{unit: t.units[unsafe.StringData(src)], action: action, value: value, parent: parent, key: key}
	if t.asked != "" {
		if s, ok := value.(string); ok && strings.Contains(s, unknown) && t.last.unit != nil {
			t.asking(t.last.unit, action, t.asked)
		}
		t.asked = ""
	}
	if v, ok := value.(kubeVersion); ok { // it prints as a version where it stands, and only there
		return &v, t.step(1)
	}
	return value, t.step(1)
}

// A writer takes the output of templates and notes its pieces.
type writer struct {
	t      *tracer
	buf    []byte
	pieces []piece
	total  *int // bytes written in the whole rendering
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if len(p) == 0 {
		w.t.last = printed{action: -1}
		return 0, nil
	}
	if *w.total += len(p); *w.total > maxOutput {
		return 0, errTooMuch
	}
	next := piece{at: len(w.buf), out: printed{action: -1}}
	if w.t.last.action >= 0 {
		next.out = w.t.last
		w.t.last = printed{action: -1}
	} else {
		next.unit, next.start = w.t.textAt(&p[0], len(p))
	}
	w.pieces = append(w.pieces, next)
	w.buf = append(w.buf, p...)
	return len(p), nil
}

// textAt finds the unit whose text stands at an address.
func (t *tracer) textAt(p *byte, n int) (*unit, int) {
	if t.recent != nil {
		if at, ok := t.recent.at(p, n); ok {
			return t.recent, at
		}
	}
	for _, u := range t.list {
		if at, ok := u.at(p, n); ok {
			t.recent = u
			return u, at
		}
	}
	return nil, 0
}

// noValue is what text/template prints for a value that there is not; Helm takes
// it away from what a file gives, and from what tpl gives.
var noValue = []byte("<no value>")

// removeNoValue does so.
func (w *writer) removeNoValue() {
	if !bytes.Contains(w.buf, noValue) {
		return
	}
	var out []byte
	next := 0 // of pieces
	at := 0
	for at <= len(w.buf) {
		n := bytes.Index(w.buf[at:], noValue)
		if n < 0 {
			n = len(w.buf) - at
		}
		for ; next < len(w.pieces) && w.pieces[next].at <= at+n; next++ {
			w.pieces[next].at += len(out) - at
		}
		out = append(out, w.buf[at:at+n]...)
		at += n + len(noValue)
	}
	for ; next < len(w.pieces); next++ {
		w.pieces[next].at = len(out)
	}
	w.buf = out
}

// finish returns what was written, as a text whose pieces are known.
func (w *writer) finish() string {
	if len(w.buf) == 0 {
		return ""
	}
	s := unsafe.String(unsafe.SliceData(w.buf), len(w.buf)) // buf is not written to any more
	w.t.made[unsafe.SliceData(w.buf)] = &made{text: s, pieces: w.pieces}
	return s
}

// passing are functions that hand texts through as they are: there is nothing to note.
var passing = map[string]bool{
	"default": true, "coalesce": true, "ternary": true, "get": true, "set": true, "unset": true, "dict": true, "list": true, "tuple": true,
	"first": true, "mustFirst": true, "last": true, "mustLast": true, "rest": true, "mustRest": true, "initial": true, "mustInitial": true,
	"reverse": true, "mustReverse": true, "uniq": true, "mustUniq": true, "without": true, "mustWithout": true, "slice": true, "mustSlice": true,
	"concat": true, "dig": true, "chunk": true, "mustChunk": true, "append": true, "mustAppend": true, "push": true, "mustPush": true,
	"prepend": true, "mustPrepend": true, "pluck": true, "pick": true, "omit": true, "keys": true, "values": true, "compact": true, "mustCompact": true,
	"merge": true, "mustMerge": true, "mergeOverwrite": true, "mustMergeOverwrite": true, "deepCopy": true, "mustDeepCopy": true, "lookup": true,
}

// follow returns a function that notes what its result is made of. The usual
// kinds of functions are written out, since reflection takes its time.
func (t *tracer) follow(name string, f any) any {
	if passing[name] {
		return f
	}
	switch f := f.(type) {
	case func(any) string:
		return func(a any) string { afford(a); return t.noted(name, f(a), a) }
	case func(string) string:
		return func(a string) string { return t.noted(name, f(a), a) }
	case func(...any) string:
		return func(a ...any) string { afford(a...); return t.noted(name, f(a...), a...) }
	case func(string, ...any) string:
		return func(a string, b ...any) string {
			afford(b...)
			return t.noted(name, f(a, b...), append([]any{a}, b...)...)
		}
	case func(string, string) string:
		return func(a, b string) string { return t.noted(name, f(a, b), a, b) }
	case func(string, string, string) string:
		return func(a, b, c string) string { return t.noted(name, f(a, b, c), a, b, c) }
	case func(string, ...any) (string, error):
		return func(a string, b ...any) (string, error) {
			afford(b...)
			s, err := f(a, b...)
			return t.noted(name, s, append([]any{a}, b...)...), err
		}
	case func(string, string, string) (string, error):
		return func(a, b, c string) (string, error) {
			s, err := f(a, b, c)
			return t.noted(name, s, a, b, c), err
		}
	case func(int, string) string:
		return func(a int, b string) string { return t.noted(name, f(a, b), b) }
	case func(int, string) (string, error):
		return func(a int, b string) (string, error) {
			s, err := f(a, b)
			return t.noted(name, s, b), err
		}
	}
	v := reflect.ValueOf(f)
	typ := v.Type()
	if !follows(typ) {
		return f
	}
	return reflect.MakeFunc(typ, func(in []reflect.Value) []reflect.Value {
		for _, a := range in {
			if k := a.Kind(); (k == reflect.Interface || k == reflect.Slice || k == reflect.Map) && a.CanInterface() {
				afford(a.Interface())
			}
		}
		var out []reflect.Value
		if typ.IsVariadic() {
			out = v.CallSlice(in)
		} else {
			out = v.Call(in)
		}
		if len(out) > 0 {
			t.note(name, in, out[0])
		}
		return out
	}).Interface()
}

func (t *tracer) noted(name, s string, args ...any) string {
	t.noteText(name, func() []any { return args }, s)
	return s
}

// follows reports whether a function's result may be texts that it makes.
func follows(f reflect.Type) bool {
	if f.NumOut() == 0 {
		return false
	}
	switch out := f.Out(0); out.Kind() {
	case reflect.String, reflect.Interface, reflect.Map:
		return true
	case reflect.Slice:
		return out.Elem().Kind() == reflect.String || out.Elem().Kind() == reflect.Interface
	}
	return false
}

// decoders make values of a document in a text.
var decoders = map[string]bool{
	"fromYaml": true, "fromYamlArray": true, "fromJson": true, "fromJsonArray": true, "mustFromJson": true,
}

func (t *tracer) note(name string, in []reflect.Value, out reflect.Value) {
	if out.Kind() == reflect.Interface {
		out = out.Elem()
	}
	if !out.IsValid() || !out.CanInterface() {
		return
	}
	args := func() []any {
		var args []any
		for _, a := range in {
			if a.Kind() == reflect.Slice && a.Type().Elem().Kind() == reflect.Interface && !a.IsNil() && a.Len() < 100 {
				args = append(args, a.Interface().([]any)...)
				continue
			}
			if a.CanInterface() {
				args = append(args, a.Interface())
			}
		}
		return args
	}
	switch v := out.Interface().(type) {
	case string:
		t.noteText(name, args, v)
	case []string:
		for _, s := range v {
			t.noteText(name, args, s)
		}
	case map[string]string:
		for _, s := range v {
			t.noteText(name, args, s)
		}
	case map[string]any, []any:
		if decoders[name] {
			if a := args(); len(a) == 1 {
				if src, ok := a[0].(string); ok && src != "" {
					t.noteDecoded(src, v, nil)
				}
			}
		}
	}
}

func (t *tracer) noteText(name string, args func() []any, s string) {
	if s == "" {
		return
	}
	if t.bytes += len(s); len(s) > maxText || t.bytes > maxBytes {
		panic(errTooMuch) // text/template makes an error of it
	}
	at := unsafe.StringData(s)
	if t.made[at] != nil {
		return
	}
	list := args()
	for _, a := range list {
		src, ok := a.(string)
		if !ok || len(src) < len(s) {
			continue
		}
		off := uintptr(unsafe.Pointer(at)) - uintptr(unsafe.Pointer(unsafe.StringData(src)))
		if off == 0 {
			return // it is the argument, or begins like it
		}
		if off < uintptr(len(src)) {
			t.made[at] = &made{text: s, of: src, args: []any{int(off)}}
			return
		}
	}
	t.made[at] = &made{text: s, fn: name, args: list}
}

// noteDecoded notes where the texts of decoded values stand in a document.
func (t *tracer) noteDecoded(src string, v any, path []any) {
	if len(t.made) > maxSteps {
		return
	}
	note := func(s string, path []any) {
		if s != "" {
			t.made[unsafe.StringData(s)] = &made{text: s, fn: "fromYaml", of: src, path: path}
		}
	}
	extend := func(e any) []any { return append(path[:len(path):len(path)], e) }
	switch v := v.(type) {
	case string:
		note(v, path)
	case []any:
		for i, item := range v {
			t.noteDecoded(src, item, extend(i))
		}
	case map[string]any:
		for k, item := range v {
			note(k, extend(keyOf(k)))
			t.noteDecoded(src, item, extend(k))
		}
	}
}

// keyOf is a step of a path to a key itself.
type keyOf string

// functions returns all functions of Helm for a rendering.
func (t *tracer) functions() template.FuncMap {
	out := template.FuncMap{}
	for name, f := range baseFunctions() {
		out[name] = t.follow(name, f)
	}
	out[outFunc] = t.out
	out[stepFunc] = func() (string, error) { return "", t.step(1) }
	return out
}
