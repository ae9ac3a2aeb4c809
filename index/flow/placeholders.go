package flow

import (
	"slices"
	"strings"
)

// Texts that a framework resolves against its configuration have placeholders:
// `${key}`, `${key:default}`, one inside another; in Spring also expressions
// around them, of which those are read that only divide a list.

// maxPlaceholders bounds placeholders inside placeholders.
const maxPlaceholders = 8

// withPlaceholders replaces the placeholders in strings by the keys of a store;
// nothing changes without a store.
func (ev *evaluator) withPlaceholders(store string, s set) set {
	if store == "" {
		return s
	}
	out := s
	var spelt []int // alternatives that are expressions
	var beans set   // what they are
	for i, a := range s {
		text, ok := constOf(a.v)
		if ok && store == settingsOfFunctions {
			ok = strings.Contains(text, "%")
		} else {
			ok = ok && (strings.Contains(text, "${") || strings.Contains(text, "#{"))
		}
		if !ok {
			continue
		}
		if &out[0] == &s[0] {
			out = append(set(nil), s...)
		}
		at := place{}
		if a.tr != nil {
			at = a.tr.innermost()
		}
		if store == "spring" && strings.Contains(text, "#{") {
			if got := ev.spel(text, at); len(got) > 0 {
				spelt = append(spelt, i)
				beans = beans.add(ev.topicNames(got.through(at, "expression"), at, 0)...)
				continue
			}
		}
		v := placeholderText(store, text, at)
		out[i].v = v
		if sv, ok := v.(*stringValue); ok {
			if p := sv.firstKey(); p != nil {
				out[i].tr = &trace{place: at, what: "key " + p.text, next: a.tr}
			}
		}
	}
	if len(spelt) > 0 {
		kept := set{}
		for i, a := range out {
			if !slices.Contains(spelt, i) {
				kept = append(kept, a)
			}
		}
		return kept.add(beans...)
	}
	return out
}

// innermost is the place of the last step: where a text is spelled.
func (t *trace) innermost() place {
	for t.next != nil {
		t = t.next
	}
	return t.place
}

// firstKey returns the first key of a store in a string, or nil.
func (s *stringValue) firstKey() *part {
	for i := range s.parts {
		if p := &s.parts[i]; p.kind == partEnv && p.store != "" {
			return p
		}
	}
	return nil
}

// placeholderText reads a text with placeholders and expressions.
func placeholderText(store, text string, at place) value {
	if store == settingsOfFunctions {
		return settingsText(text, at)
	}
	inner, split, ok := expression(strings.TrimSpace(text))
	if !ok {
		return &unknown{"an expression that is evaluated at run time", at}
	}
	parts, ok := placeholderParts(store, inner, at, 0)
	if !ok {
		return &unknown{"a placeholder that can't be read", at}
	}
	v := &stringValue{parts: parts}
	if split != "" {
		return v.with(strOp{op: "split", a: split})
	}
	return v
}

// expression takes an expression such as `#{'${topics}'.split(',')}` off a text:
// what is inside, and by what it is divided into a list. ok is false for
// expressions that do something else.
func expression(text string) (inner, split string, ok bool) {
	if !strings.Contains(text, "#{") {
		return text, "", true
	}
	if !strings.HasPrefix(text, "#{") || !strings.HasSuffix(text, "}") || strings.Count(text, "#{") > 1 {
		return "", "", false
	}
	body := strings.TrimSpace(text[2 : len(text)-1])
	if len(body) < 2 || body[0] != '\'' && body[0] != '"' {
		return "", "", false
	}
	end := strings.IndexByte(body[1:], body[0])
	if end < 0 {
		return "", "", false
	}
	inner, rest := body[1:1+end], strings.TrimSpace(body[2+end:])
	if rest == "" {
		return inner, "", true
	}
	arg, isSplit := strings.CutPrefix(rest, ".split(")
	arg, closes := strings.CutSuffix(arg, ")")
	arg = strings.TrimSpace(arg)
	if !isSplit || !closes || len(arg) < 2 || arg[0] != '\'' && arg[0] != '"' || arg[len(arg)-1] != arg[0] {
		return "", "", false
	}
	split = arg[1 : len(arg)-1]
	for _, re := range []string{`\s*`, `\\s*`} { // `\s*,\s*`: blanks are trimmed anyway
		split = strings.TrimSuffix(strings.TrimPrefix(split, re), re)
	}
	if len(split) != 1 || strings.ContainsAny(split, `.^$|\`) {
		return "", "", false
	}
	return inner, split, true
}

// placeholderParts divides a text into literal text and keys.
func placeholderParts(store, text string, at place, depth int) ([]part, bool) {
	if depth > maxPlaceholders {
		return nil, false
	}
	var out []part
	literally := func(s string) {
		if s != "" {
			out = append(out, part{kind: partText, text: s})
		}
	}
	for {
		i := strings.Index(text, "${")
		if i < 0 {
			literally(text)
			return out, true
		}
		if i > 0 && text[i-1] == '\\' {
			literally(text[:i-1] + "${")
			text = text[i+2:]
			continue
		}
		literally(text[:i])
		text = text[i+2:]
		end, colon, level := -1, -1, 0
	scan:
		for j := 0; j < len(text); j++ {
			switch text[j] {
			case '{':
				level++
			case '}':
				if level == 0 {
					end = j
					break scan
				}
				level--
			case ':':
				if level == 0 && colon < 0 {
					colon = j
				}
			}
		}
		if end < 0 {
			return nil, false
		}
		name := text[:end]
		p := part{kind: partEnv, store: store, at: at, required: true}
		if colon >= 0 {
			name = text[:colon]
			def, ok := placeholderParts(store, strings.Trim(text[colon+1:end], "`"), at, depth+1)
			if !ok {
				return nil, false
			}
			p.def, p.required = one(&stringValue{parts: def}, &trace{place: at, what: "literal"}), false
		}
		if p.text = strings.TrimSpace(name); p.text == "" || strings.Contains(p.text, "${") {
			return nil, false
		}
		out = append(out, p)
		text = text[end+1:]
	}
}

// settingsOfFunctions is the store of Azure Functions: the variables of the
// environment, which a file gives where functions are run locally. Texts refer to
// them as %NAME%.
const (
	settingsOfFunctions = "azure-functions"
	localSettings       = "local.settings.json"
)

// settingsText reads a text with settings of Azure Functions in it.
func settingsText(text string, at place) value {
	v := &stringValue{}
	for {
		before, rest, ok := strings.Cut(text, "%")
		name, after, closed := strings.Cut(rest, "%")
		if !ok || !closed || name == "" {
			break
		}
		if before != "" {
			v.parts = append(v.parts, part{kind: partText, text: before})
		}
		v.parts = append(v.parts, part{kind: partEnv, text: name, at: at, required: true, soft: true, files: localSettings})
		text = after
	}
	if text != "" || len(v.parts) == 0 {
		v.parts = append(v.parts, part{kind: partText, text: text})
	}
	return v
}
