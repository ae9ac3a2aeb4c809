package flow

import "topicls/index/facts"

// Code that has an object filled from a store may set fields of it from variables
// afterwards, where these are set:
//
//	viper.Unmarshal(cfg)
//	if brokers := os.Getenv("KAFKA_BROKERS"); brokers != "" {
//		cfg.Kafka.Brokers = []string{brokers}
//	}

// classField is a field of the objects of a class.
type classField struct {
	class class
	name  string
}

// setAfterwards is a field of a filled object, with the variable that replaces it
// where code sets the field from one.
func (ev *evaluator) setAfterwards(o *object, name string, filled set) set {
	if !ev.l.lang.qualifies() {
		return filled
	}
	k := classField{*o.class, name}
	v, ok := ev.replaced[k]
	if !ok {
		q := activeKey{guard: guardReplaced, ref: ref{o.class.file, facts.ExprID(o.class.scope)}}
		if ev.asked(q) {
			return filled
		}
		fuel, total, m := ev.fuel, ev.total, ev.mark()
		ev.fuel = fuelFiller
		ev.pose(q)
		v = ev.variableSetting(o.class, name)
		ev.answered(q)
		ev.forgive(m)
		ev.fuel, ev.total = fuel, total
		ev.replaced[k] = v
	}
	if v == nil {
		return filled
	}
	p := *v
	p.def, p.filled, p.required = filled, true, false
	return one(&stringValue{parts: []part{p}}, filled[0].tr)
}

// variableSetting returns the variable from which code sets a field of objects of a
// class; nil if there is none or several.
func (ev *evaluator) variableSetting(c *class, name string) *part {
	var found *part
	for _, y := range ev.filesNear(depAttr, name, c.file) {
		f := y.facts()
		for _, i := range y.attrBindings(y.sym(name)) {
			b := &f.Bindings[i]
			if b.Value == 0 || b.Obj == 0 {
				continue
			}
			of := ev.expanded(func() set { return ev.eval(ref{y, b.Obj}, nil) })
			if len(of) == 0 {
				continue
			}
			for _, a := range of {
				if p, ok := a.v.(*object); !ok || *p.class != *c {
					return nil
				}
			}
			ev.noteFile(y)
			v := readVariable(ev.binding(y, b, nil), ev)
			if v == nil || found != nil && found.text != v.text {
				return nil
			}
			found = v
		}
	}
	return found
}

// readVariable returns the variable of the environment that a value is, alone or as
// the only element of a list.
func readVariable(s set, ev *evaluator) *part {
	if len(s) != 1 {
		return nil
	}
	switch v := s[0].v.(type) {
	case *listing:
		if items := ev.items(v); len(items) == 1 {
			return readVariable(items[0], ev)
		}
	case *stringValue:
		if len(v.parts) == 1 && len(v.ops) == 0 && v.parts[0].kind == partEnv && v.parts[0].store == "" && len(v.parts[0].def) == 0 {
			return &v.parts[0]
		}
	}
	return nil
}
