package flow

import (
	"slices"

	"topicls/index/facts"
)

// Programs of .NET name the classes of which the container makes objects as type
// arguments: `AddHostedService<Consumer<OrderPlaced>>()`. Such a call constructs a
// generic class with the type arguments that it is written with; whatever else
// its constructor takes, the container gives.

// madeByContainer lists the constructors that a call has the container enter.
func (ev *evaluator) madeByContainer(site ref, fr *frame) []entry {
	f := site.file.facts()
	if len(ev.l.models.Registers) == 0 || typeArgumentsOf(site) == 0 || !slices.Contains(ev.l.models.Registers, f.Text(lastName(f, site.expr().X))) {
		return nil
	}
	made, ok := lastTypeOf(site)
	if !ok || made.expr().Kind != facts.Index {
		return nil
	}
	var args []arg
	given := []facts.ExprID{made.expr().Y}
	if y := f.At(made.expr().Y); y.Kind == facts.List {
		given = f.Operands(y)
	}
	for i, k := range given {
		if i < len(typeKeywords) {
			args = append(args, arg{name: typeKeywords[i], ref: made.at(k), fr: fr})
		}
	}
	var out []entry
	for _, a := range ev.eval(made.at(made.expr().X), fr) {
		c, ok := a.v.(*class)
		if !ok {
			continue
		}
		ctor := ev.constructorOf(c)
		if ctor == 0 {
			continue
		}
		depth := 1
		if fr != nil {
			depth = fr.depth + 1
		}
		in := ev.frame(frame{file: c.file, scope: ctor, args: args, site: &callSite{site, fr}, depth: depth})
		o := ev.object(&object{class: c, ctor: in})
		out = append(out, entry{fn: &function{file: c.file, scope: ctor, self: o}, args: args, made: true})
	}
	return out
}

// typeKeywords are the names under which functions take type arguments.
var typeKeywords = [...]string{"<0>", "<1>", "<2>", "<3>", "<4>", "<5>"}

// areMade reports whether open parameters are type parameters of classes that
// nobody but the container makes.
func (ev *evaluator) areMade(holes []*param) bool {
	for _, h := range holes {
		f := h.file.facts()
		if !isTypeParameter(f.Text(f.Params[h.index].Name)) || !isConstructor(f.Text(f.Scopes[h.scope].Name)) {
			return false
		}
		for _, fr := range ev.callers(h.file, h.scope) {
			if fr.site == nil || len(ev.madeByContainer(fr.site.ref, nil)) == 0 {
				return false
			}
		}
	}
	return len(holes) > 0
}
