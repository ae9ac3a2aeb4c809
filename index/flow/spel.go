package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"topicls/index/facts"
)

// Expressions of Spring's language in annotations (Spring Framework 6.1, "Spring
// Expression Language"), as far as they name something: properties of beans
// (`#{topics.orders}`, `#{@topics.getOrders()}`), of the listener itself
// (`#{__listener.topic}`), constants (`#{T(shop.Topics).ORDERS}`), properties of
// the environment, texts, and lists made of one (`.split(',')`).

// spel evaluates the expression in a text; nothing for what it can't read.
func (ev *evaluator) spel(text string, at place) set {
	i := strings.Index(text, "#{")
	j := strings.LastIndexByte(text, '}')
	if i < 0 || j < i || strings.Contains(text[i+2:], "#{") || at.file == nil {
		return nil
	}
	p := &spelParser{ev: ev, text: text[i+2 : j], at: at}
	out := p.sum()
	if p.bad || p.pos < len(p.text) || len(out) == 0 {
		return nil
	}
	around := func(s string) (set, bool) {
		parts, ok := placeholderParts("spring", s, at, 0)
		return one(&stringValue{parts: parts}, nil), ok
	}
	if before, ok := around(text[:i]); text[:i] != "" {
		if !ok {
			return nil
		}
		out = concat(before, out, at)
	}
	if after, ok := around(text[j+1:]); text[j+1:] != "" {
		if !ok {
			return nil
		}
		out = concat(out, after, at)
	}
	return out.normal()
}

type spelParser struct {
	ev   *evaluator
	text string
	pos  int
	at   place
	bad  bool
}

func (p *spelParser) space() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

// take skips a mark, if it stands here.
func (p *spelParser) take(mark string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.pos:], mark) {
		return false
	}
	p.pos += len(mark)
	return true
}

func (p *spelParser) fail() set {
	p.bad = true
	return nil
}

func (p *spelParser) name() string {
	p.space()
	start := p.pos
	for p.pos < len(p.text) {
		c, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if c != '_' && c != '$' && !unicode.IsLetter(c) && (p.pos == start || !unicode.IsDigit(c)) {
			break
		}
		p.pos += size
	}
	return p.text[start:p.pos]
}

// quoted reads a text in quotes; ok is false when none stands here.
func (p *spelParser) quoted() (text string, ok bool) {
	p.space()
	if p.pos >= len(p.text) || p.text[p.pos] != '\'' && p.text[p.pos] != '"' {
		return "", false
	}
	end := strings.IndexByte(p.text[p.pos+1:], p.text[p.pos])
	if end < 0 {
		p.bad = true
		return "", false
	}
	text = p.text[p.pos+1 : p.pos+1+end]
	p.pos += end + 2
	return text, true
}

// sum reads expressions with `+` between them.
func (p *spelParser) sum() set {
	out := p.expression()
	for !p.bad && p.take("+") {
		out = concat(out, p.expression(), p.at)
	}
	return out
}

// environments are what stands for the environment and its properties.
var environments = map[string]bool{"environment": true, "systemProperties": true, "systemEnvironment": true}

func (p *spelParser) expression() set {
	var out set
	if text, ok := p.quoted(); ok {
		parts, ok := placeholderParts("spring", text, p.at, 0)
		if !ok {
			return p.fail()
		}
		out = one(&stringValue{parts: parts}, &trace{place: p.at, what: "literal"})
	} else {
		bean := p.take("@")
		name := p.name()
		switch {
		case name == "T" && !bean && p.take("("):
			i := strings.IndexByte(p.text[p.pos:], ')')
			if i < 0 {
				return p.fail()
			}
			dotted := strings.TrimSpace(p.text[p.pos : p.pos+i])
			p.pos += i + 1
			out = p.ev.qualified(p.at.file, dotted, p.at)
		case environments[name]:
			return p.property()
		case name == "__listener":
			x := p.at.file
			if _, cls := x.selfClass(p.scope()); cls != 0 {
				out = one(&selfValue{p.ev.whole(&class{x, cls})}, nil)
			}
		case name != "":
			out = p.ev.beanNamed(name, p.at)
		}
	}
	for !p.bad && p.pos < len(p.text) {
		if p.take("[") {
			key, ok := p.quoted()
			if !ok || !p.take("]") {
				return p.fail()
			}
			out = p.ev.under(out, key, p.at)
			continue
		}
		if !p.take(".") {
			break
		}
		name := p.name()
		if name == "" {
			return p.fail()
		}
		if !p.take("(") {
			out = p.ev.property(out, name, p.at)
			continue
		}
		arg, given := p.quoted()
		if !p.take(")") {
			return p.fail()
		}
		switch {
		case name == "split" && given:
			for _, re := range []string{`\s*`, `\\s*`} { // blanks are trimmed anyway
				arg = strings.TrimSuffix(strings.TrimPrefix(arg, re), re)
			}
			if len(arg) != 1 || strings.ContainsAny(arg, `.^$|\`) {
				return p.fail()
			}
			for i, a := range out {
				if v, ok := a.v.(*stringValue); ok {
					out[i].v = v.with(strOp{op: "split", a: arg})
				}
			}
		case name == "get" && given:
			out = p.ev.under(out, arg, p.at)
		case given:
			return p.fail()
		default:
			out = p.ev.calledOn(out, name, p.at)
		}
	}
	p.space()
	return out
}

// scope is the scope of the class whose annotation the expression stands in.
func (p *spelParser) scope() facts.ScopeID {
	f := p.at.file.facts()
	best := facts.ScopeID(0)
	for s := range f.Scopes {
		if sc := &f.Scopes[s]; sc.Kind == facts.FuncScope && sc.Start <= p.at.Start && p.at.End <= sc.End {
			best = facts.ScopeID(s)
		}
	}
	return best
}

// property reads `['a.b']` or `.getProperty('a.b')` of the environment.
func (p *spelParser) property() set {
	var key string
	var ok bool
	switch {
	case p.take("["):
		key, ok = p.quoted()
		ok = ok && p.take("]")
	case p.take(".getProperty("), p.take(".getRequiredProperty("), p.take(".get("):
		key, ok = p.quoted()
		ok = ok && p.take(")")
	}
	p.space()
	if !ok {
		return p.fail()
	}
	parts, ok := placeholderParts("spring", "${"+key+"}", p.at, 0)
	if !ok {
		return p.fail()
	}
	return one(&stringValue{parts: parts}, &trace{place: p.at, what: "literal"})
}

// property evaluates a property of beans: a method that gets it, or a field.
func (ev *evaluator) property(s set, name string, at place) set {
	c, size := utf8.DecodeRuneInString(name)
	getter := "get" + string(unicode.ToUpper(c)) + name[size:]
	var out set
	for _, a := range s {
		o, ok := a.v.(*object)
		if v, self := a.v.(*selfValue); self {
			o, ok = &object{class: v.class}, true
		}
		if ok {
			if m := ev.methodOf(o, getter); m != nil {
				out = out.add(ev.callFunction(m, nil, nil, at)...)
				continue
			}
			if m := ev.methodOf(o, name); m != nil {
				out = out.add(ev.callFunction(m, nil, nil, at)...)
				continue
			}
		}
		out = out.add(ev.attr(a.v, name, at, nil).after(a.tr)...)
	}
	return out
}

// under looks a text up in maps, and in parts of the configuration that are maps.
func (ev *evaluator) under(s set, key string, at place) set {
	var out set
	for _, a := range s {
		switch v := a.v.(type) {
		case *section:
			out = out.add(alt{v.below(key, at), a.tr})
		case *mapping:
			out = out.add(ev.indexMap(v, one(literal(key), nil), nil, at).after(a.tr)...)
		}
	}
	return out
}

// calledOn evaluates a method of beans that takes nothing.
func (ev *evaluator) calledOn(s set, name string, at place) set {
	var out set
	for _, a := range s {
		switch v := a.v.(type) {
		case *object:
			if m := ev.methodOf(v, name); m != nil {
				out = out.add(ev.callFunction(m, nil, nil, at)...)
				continue
			}
		case *instance:
			if c := ev.l.models.Method(v.typ, name); v.typ != nil && c != nil && c.Result != "" {
				out = out.add(ev.result(c.Result, v, ref{}, nil, at).after(a.tr)...)
				continue
			}
		case *stringValue:
			if what := ev.l.models.Methods[name]; what == "self" {
				out = out.add(a)
				continue
			}
		}
		if rest, ok := strings.CutPrefix(name, "get"); ok && rest != "" { // written by an annotation processor
			c, size := utf8.DecodeRuneInString(rest)
			name = string(unicode.ToLower(c)) + rest[size:]
		}
		out = out.add(ev.attr(a.v, name, at, nil).after(a.tr)...)
	}
	return out
}

// beanNamed finds a bean by its name: what a method of that name under @Bean
// makes, or an object of the class whose name it is, with a small letter first.
func (ev *evaluator) beanNamed(name string, at place) set {
	ev.sought = append(ev.sought, name+" Bean")
	for _, y := range ev.filesNear(depMethods, name, at.file) {
		ev.noteFile(y)
		f := y.facts()
		for s := range f.Scopes {
			sc := &f.Scopes[s]
			if sc.Kind != facts.FuncScope || f.Text(sc.Name) != name || !decorated(y, facts.ScopeID(s), "Bean") {
				continue
			}
			fn := &function{file: y, scope: facts.ScopeID(s)}
			if cls := y.classOf(fn.scope); cls != 0 && !ev.isStatic(y, fn.scope) {
				fn.self = &object{class: &class{y, cls}}
			}
			if got := ev.callFunction(fn, nil, nil, at); len(got) > 0 {
				return got
			}
		}
	}
	c, size := utf8.DecodeRuneInString(name)
	cls := string(unicode.ToUpper(c)) + name[size:]
	ev.note(dep{kind: depModule, a: ev.l.names.id(cls)})
	for _, p := range nearest(append([]string(nil), ev.l.src.Stems(cls)...), at.file.path, ev.l.src.Project) {
		if y := ev.take(p); y != nil {
			for _, i := range y.bindings(0, y.sym(cls)) {
				if v := y.facts().At(y.facts().Bindings[i].Value); v.Kind == facts.Class {
					return one(&object{class: &class{y, facts.ScopeID(v.Lo)}}, nil)
				}
			}
		}
	}
	return nil
}
