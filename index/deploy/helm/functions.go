package helm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	k8syaml "sigs.k8s.io/yaml"
	goyaml "sigs.k8s.io/yaml/goyaml.v3"

	"topicls/index/deploy"
)

// unknown stands in the output for what is not known: a value that must be
// given on deploying, or one that is made up anew each time.
const unknown = deploy.UnknownText

var (
	errPanic    = errors.New("it can't be parsed")
	errTooMuch  = errors.New("this makes too much")
	errCircular = errors.New("this would make a table that contains itself")
)

// What templates may ask for at most, so that a hostile chart costs itself only.
const (
	maxRepeat = 1 << 20
	maxOutput = 16 << 20
	maxSteps  = 300_000
	maxText   = 8 << 20   // of a text that a function makes
	maxBytes  = 256 << 20 // of all of them
	maxValues = 200_000   // in a list or table that is written out
)

// afford stops a function that would write out endless values: lists that hold
// one another grow fast.
func afford(values ...any) {
	n := 0
	var count func(v any)
	count = func(v any) {
		if n++; n > maxValues {
			panic(errTooMuch) // text/template makes an error of it
		}
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				count(item)
			}
		case map[string]any:
			for _, item := range v {
				count(item)
			}
		case Values:
			count(map[string]any(v))
		}
	}
	for _, v := range values {
		count(v)
	}
}

// baseFunctions are the functions of Helm that know nothing of a rendering:
// sprig's with Helm's own. They depend on nothing but their arguments: no
// machine, no network, no clock, no chance; and they come to an end.
var baseFunctions = sync.OnceValue(func() template.FuncMap {
	f := sprig.TxtFuncMap()
	delete(f, "env")
	delete(f, "expandenv")
	maps.Copy(f, template.FuncMap{
		"toToml":        toTOML,
		"fromToml":      fromTOML,
		"toYaml":        toYAML,
		"toYamlPretty":  toYAMLPretty,
		"fromYaml":      fromYAML,
		"fromYamlArray": fromYAMLArray,
		"toJson":        toJSON,
		"fromJson":      fromJSON,
		"fromJsonArray": fromJSONArray,
		"lookup":        func(_, _, _, _ string) (map[string]any, error) { return map[string]any{}, nil },
		"getHostByName": func(string) string { return "" },

		// Text's own, which are overridden to be followed like the others.
		"print":    fmt.Sprint,
		"printf":   fmt.Sprintf,
		"println":  fmt.Sprintln,
		"html":     template.HTMLEscaper,
		"js":       template.JSEscaper,
		"urlquery": template.URLQueryEscaper,
	})
	maps.Copy(f, unknowns())
	maps.Copy(f, bounded(f))
	return f
})

// unknowns are functions whose result is another one each time, or a secret.
func unknowns() template.FuncMap {
	certificate := struct{ Cert, Key string }{unknown, unknown}
	pair := func(...any) any { return certificate }
	text := func(...any) string { return unknown }
	return template.FuncMap{
		"randAlphaNum": text, "randAlpha": text, "randAscii": text, "randNumeric": text, "randBytes": text,
		"uuidv4": text, "genPrivateKey": text, "derivePassword": text, "bcrypt": text, "htpasswd": text, "encryptAES": text, "decryptAES": text,
		"randInt": func(low, _ int) int { return low },
		"shuffle": func(s string) string { return s },
		"now":     func() clock { return clock{} },
		"ago":     func(any) string { return unknown },
		"genCA":   pair, "genCAWithKey": pair, "genSelfSignedCert": pair, "genSelfSignedCertWithKey": pair,
		"genSignedCert": pair, "genSignedCertWithKey": pair, "buildCustomCert": pair,
	}
}

// bounded are functions that could otherwise take all memory, or make a table
// that contains itself, in which others would get lost.
func bounded(f template.FuncMap) template.FuncMap {
	indent := func(n int, s string) (string, error) {
		if n < 0 {
			return "", fmt.Errorf("can't indent by %d", n)
		}
		if n*(1+strings.Count(s, "\n")) > maxRepeat {
			return "", errTooMuch
		}
		pad := strings.Repeat(" ", n)
		return pad + strings.ReplaceAll(s, "\n", "\n"+pad), nil
	}
	until := f["until"].(func(int) []int)
	step := f["untilStep"].(func(int, int, int) []int)
	seq := f["seq"].(func(...int) string)
	set := f["set"].(func(map[string]any, string, any) map[string]any)
	out := template.FuncMap{
		"indent": indent,
		"nindent": func(n int, s string) (string, error) {
			s, err := indent(n, s)
			return "\n" + s, err
		},
		"repeat": func(n int, s string) (string, error) {
			if n < 0 || n > maxRepeat || n*len(s) > maxRepeat {
				return "", errTooMuch
			}
			return strings.Repeat(s, n), nil
		},
		"until": func(n int) ([]int, error) {
			if n > maxRepeat || n < -maxRepeat {
				return nil, errTooMuch
			}
			return until(n), nil
		},
		"untilStep": func(from, to, by int) ([]int, error) {
			if by != 0 && (to-from)/by > maxRepeat || to > 1<<40 || from > 1<<40 || to < -1<<40 || from < -1<<40 {
				return nil, errTooMuch
			}
			return step(from, to, by), nil
		},
		"seq": func(n ...int) (string, error) {
			for _, n := range n {
				if n > maxRepeat || n < -maxRepeat {
					return "", errTooMuch
				}
			}
			return seq(n...), nil
		},
		"set": func(m map[string]any, k string, v any) (map[string]any, error) {
			if contains(v, m) {
				return nil, errCircular
			}
			return set(m, k, v), nil
		},
		// Dates: the zone would be that of the machine, and what is no date would be now.
		"date":           func(layout string, date any) string { return dated(layout, date, "UTC") },
		"htmlDate":       func(date any) string { return dated(time.DateOnly, date, "UTC") },
		"dateInZone":     dated,
		"date_in_zone":   dated,
		"htmlDateInZone": func(date any, zone string) string { return dated(time.DateOnly, date, zone) },
		"toDate":         func(layout, s string) time.Time { t, _ := time.Parse(layout, s); return t },
		"mustToDate":     time.Parse,
	}
	for _, name := range []string{"dateModify", "date_modify", "mustDateModify", "must_date_modify"} {
		out[name] = modified
	}
	out["unixEpoch"] = func(date any) string {
		if t, ok := date.(time.Time); ok {
			return strconv.FormatInt(t.Unix(), 10)
		}
		return unknown
	}
	// Functions whose result may be far larger than what they are given.
	replace := f["replace"].(func(string, string, string) string)
	out["replace"] = func(old, by, s string) (string, error) {
		if strings.Count(s, old)*len(by) > maxText {
			return "", errTooMuch
		}
		return replace(old, by, s), nil
	}
	join := f["join"].(func(string, any) string)
	out["join"] = func(by string, list any) (string, error) {
		if v := reflect.ValueOf(list); v.Kind() == reflect.Slice && v.Len()*len(by) > maxText {
			return "", errTooMuch
		}
		return join(by, list), nil
	}
	for _, name := range []string{"regexReplaceAll", "regexReplaceAllLiteral"} {
		replace := f[name].(func(string, string, string) string)
		out[name] = func(pattern, s, by string) (string, error) {
			if len(s)*len(by) > 16*maxText {
				return "", errTooMuch
			}
			return replace(pattern, s, by), nil
		}
	}
	out["printf"] = func(format string, args ...any) (string, error) {
		longest := 0
		for _, a := range args {
			if s, ok := a.(string); ok {
				longest = max(longest, len(s))
			}
		}
		if strings.Count(format, "%")*longest > maxText || wide.MatchString(format) {
			return "", errTooMuch
		}
		return fmt.Sprintf(format, args...), nil
	}
	concat := f["concat"].(func(...any) any)
	out["concat"] = func(lists ...any) (any, error) {
		n := 0
		for _, l := range lists {
			if v := reflect.ValueOf(l); v.Kind() == reflect.Slice {
				n += v.Len()
			}
		}
		if n > maxValues {
			return nil, errTooMuch
		}
		return concat(lists...), nil
	}
	for _, name := range []string{"merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"} {
		merge := reflect.ValueOf(f[name])
		out[name] = func(dst map[string]any, from ...map[string]any) (any, error) {
			afford(dst)
			args := []reflect.Value{reflect.ValueOf(dst)}
			for _, m := range from {
				afford(m)
				if contains(m, dst) {
					return nil, errCircular
				}
				args = append(args, reflect.ValueOf(m))
			}
			result := merge.Call(args)
			if len(result) > 1 && !result[1].IsNil() {
				return nil, result[1].Interface().(error)
			}
			return result[0].Interface(), nil
		}
	}
	return out
}

// A clock is the time of the rendering, which is not known: what is made of it is
// not either.
type clock struct{}

// String and those below are what templates call of a time.
func (clock) String() string       { return unknown }
func (clock) Format(string) string { return unknown }
func (clock) Unix() string         { return unknown }
func (clock) UnixMilli() string    { return unknown }
func (clock) UnixNano() string     { return unknown }
func (clock) Year() string         { return unknown }
func (clock) Month() string        { return unknown }
func (clock) Day() string          { return unknown }
func (clock) UTC() clock           { return clock{} }
func (clock) Local() clock         { return clock{} }
func (clock) AddDate(...any) clock { return clock{} }

// wide are formats that pad to thousands of characters.
var wide = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{5}|\*)`)

// dated writes a date; what is none would be the time of the rendering.
func dated(layout string, date any, zone string) string {
	var t time.Time
	switch date := date.(type) {
	case time.Time:
		t = date
	case *time.Time:
		t = *date
	case int64:
		t = time.Unix(date, 0)
	case int:
		t = time.Unix(int64(date), 0)
	case int32:
		t = time.Unix(int64(date), 0)
	default:
		return unknown
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format(layout)
}

// modified moves a date by a duration.
func modified(by string, date any) (any, error) {
	t, ok := date.(time.Time)
	if !ok {
		return clock{}, nil
	}
	d, err := time.ParseDuration(by)
	return t.Add(d), err
}

// contains reports whether a table is somewhere in a value.
func contains(v any, table map[string]any) bool {
	if table == nil {
		return false
	}
	at := reflect.ValueOf(table).Pointer()
	seen := 0
	var look func(v any) bool
	look = func(v any) bool {
		if seen++; seen > maxRepeat {
			return true
		}
		switch v := v.(type) {
		case map[string]any:
			if reflect.ValueOf(v).Pointer() == at {
				return true
			}
			for _, item := range v {
				if look(item) {
					return true
				}
			}
		case Values:
			return look(map[string]any(v))
		case []any:
			for _, item := range v {
				if look(item) {
					return true
				}
			}
		}
		return false
	}
	return look(v)
}

// functionNames are all names that a template may call.
var functionNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{"include": true, "tpl": true, "required": true, "fail": true}
	for name := range baseFunctions() {
		names[name] = true
	}
	for _, name := range []string{"and", "break", "call", "continue", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "slice"} {
		names[name] = true
	}
	return names
})

func isFunction(name string) bool { return functionNames()[name] }

// Helm's own functions, which give an empty text or an entry "Error" where
// something is wrong.

func toYAML(v any) string {
	data, err := k8syaml.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(data), "\n")
}

func toYAMLPretty(v any) string {
	var b bytes.Buffer
	e := goyaml.NewEncoder(&b)
	e.SetIndent(2)
	if e.Encode(v) != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func toJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

func toTOML(v any) string {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(v); err != nil {
		return err.Error()
	}
	return b.String()
}

func fromYAML(s string) map[string]any { return decodeTable(s, unmarshal) }
func fromYAMLArray(s string) []any     { return decodeList(s, unmarshal) }
func fromJSON(s string) map[string]any { return decodeTable(s, json.Unmarshal) }
func fromJSONArray(s string) []any     { return decodeList(s, json.Unmarshal) }
func fromTOML(s string) map[string]any { return decodeTable(s, toml.Unmarshal) }

func decodeTable(s string, decode func([]byte, any) error) map[string]any {
	m := map[string]any{}
	if err := decode([]byte(s), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func decodeList(s string, decode func([]byte, any) error) []any {
	a := []any{}
	if err := decode([]byte(s), &a); err != nil {
		a = []any{err.Error()}
	}
	return a
}
