package helm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	k8syaml "sigs.k8s.io/yaml"
	goyaml "sigs.k8s.io/yaml/goyaml.v3"
)

// unknown stands in the output for what is not known: a value that must be
// given on deploying, or one that is made up anew each time.
const unknown = "\u2370"

var (
	errPanic    = errors.New("it can't be parsed")
	errTooMuch  = errors.New("this makes too much")
	errCircular = errors.New("this would make a table that contains itself")
)

// What templates may ask for at most, so that a hostile chart costs itself only.
const (
	maxRepeat = 1 << 20
	maxOutput = 16 << 20
	maxSteps  = 2_000_000
)

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
		"now":     func() time.Time { return time.Unix(0, 0).UTC() },
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
	dateIn := f["dateInZone"].(func(string, any, string) string)
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
		"date":           func(layout string, date any) string { return dateIn(layout, dated(date), "UTC") },
		"htmlDate":       func(date any) string { return dateIn(time.DateOnly, dated(date), "UTC") },
		"dateInZone":     func(layout string, date any, zone string) string { return dateIn(layout, dated(date), zone) },
		"date_in_zone":   func(layout string, date any, zone string) string { return dateIn(layout, dated(date), zone) },
		"htmlDateInZone": func(date any, zone string) string { return dateIn(time.DateOnly, dated(date), zone) },
		"toDate":         func(layout, s string) time.Time { t, _ := time.Parse(layout, s); return t },
		"mustToDate":     time.Parse,
	}
	for _, name := range []string{"merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"} {
		merge := reflect.ValueOf(f[name])
		out[name] = func(dst map[string]any, from ...map[string]any) (any, error) {
			args := []reflect.Value{reflect.ValueOf(dst)}
			for _, m := range from {
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

// dated returns a date, or the first one where there is none.
func dated(v any) any {
	switch v.(type) {
	case time.Time, *time.Time, int64, int, int32:
		return v
	}
	return time.Unix(0, 0)
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
