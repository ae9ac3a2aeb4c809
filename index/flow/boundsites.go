package flow

import (
	"strings"

	"topicls/index/facts"
)

// Calls that fill objects of classes have names that other things have too
// (Unmarshal, Parse), and every class that is asked for asks all of them. Those
// that can't be meant are left out once for all classes of a round.

// boundSites is what the calls of a name are, without those that can't fill an
// object, and the files that say so.
type boundSites struct {
	sites []ref
	files []*file
}

// fillingSites returns the calls of a name around a file that may be such as fill
// objects of classes.
func (ev *evaluator) fillingSites(name string, near *file) []ref {
	key := ev.l.nameKey(depCallers, name, near.project)
	all := ev.sitesNamed(name, near)
	if !ev.l.lang.qualifies() {
		return all
	}
	known, ok := ev.filling[key]
	if !ok {
		var last *file
		for _, site := range all {
			if !ev.leftOut(site) {
				known.sites = append(known.sites, site)
			} else if site.file != last {
				last = site.file
				known.files = append(known.files, last)
			}
		}
		ev.filling[key] = known
	}
	for _, x := range known.files {
		ev.noteFile(x)
	}
	return known.sites
}

// leftOut reports whether what a call means can be told from its file alone, and
// fills no object: p.f of an import, or a method of what a function of another
// library made.
func (ev *evaluator) leftOut(site ref) bool {
	f := site.file.facts()
	e := site.expr()
	if e.Kind != facts.Call {
		return false
	}
	if path := qualified(site.at(e.X)); path != "" {
		return ev.l.models.Bound[path] == nil
	}
	callee := f.At(e.X)
	return callee.Kind == facts.Attr && ev.madeElsewhere(site.at(callee.X))
}

// madeElsewhere reports whether an expression is what a function of a library
// without a model gave: a call of it, or a variable that has nothing else.
func (ev *evaluator) madeElsewhere(r ref) bool {
	f := r.file.facts()
	e := r.expr()
	if e.Kind == facts.Item {
		return ev.madeElsewhere(r.at(e.X))
	}
	if e.Kind == facts.Call {
		path := qualified(r.at(e.X))
		pkg := strings.TrimSuffix(path, "."+lastDotted(path))
		return path != "" && !ev.l.models.Knows(path) && ev.l.src.ImportFolder(r.file.path, pkg) == ""
	}
	if e.Kind != facts.Name {
		return false
	}
	for s := e.Scope; s != 0; s = f.Scopes[s].Parent {
		if paramIndex(f, &f.Scopes[s], e.Name) >= 0 {
			return false
		}
		bs := r.file.bindings(s, e.Name)
		for _, i := range bs {
			v := f.Bindings[i].Value
			if k := f.At(v).Kind; v == 0 || k != facts.Item && k != facts.Call || !ev.madeElsewhere(r.at(v)) {
				return false
			}
		}
		if len(bs) > 0 {
			return true
		}
	}
	return false
}

// qualified returns the path of p.f where p is nothing but an import of the file;
// "" for other expressions.
func qualified(r ref) string {
	f := r.file.facts()
	e := r.expr()
	if e.Kind != facts.Attr {
		return ""
	}
	p := f.At(e.X)
	if p.Kind != facts.Name {
		return ""
	}
	for s := p.Scope; s != 0; s = f.Scopes[s].Parent {
		if len(r.file.bindings(s, p.Name)) > 0 || paramIndex(f, &f.Scopes[s], p.Name) >= 0 {
			return ""
		}
	}
	path := ""
	for _, i := range r.file.bindings(0, p.Name) {
		v := f.At(f.Bindings[i].Value)
		if v.Kind != facts.ImportRef || path != "" {
			return ""
		}
		path = f.Text(f.Imports[v.Lo].Module)
	}
	if path == "" {
		return ""
	}
	return path + "." + f.Text(e.Name)
}

// fuelFiller is how many evaluations the callee of a call may take that may fill
// objects. They are not those of the question that leads to it: any class may be
// asked for, and what such calls are made on has as a rule nothing to do with it.
const fuelFiller = 400

// fillingCallee evaluates a callee to the functions of libraries that fill objects.
func (ev *evaluator) fillingCallee(callee ref) []*external {
	if out, ok := ev.fillings[callee]; ok {
		return out
	}
	fuel, total, m := ev.fuel, ev.total, ev.mark()
	ev.fuel = fuelFiller
	var out []*external
	for _, a := range ev.expanded(func() set { return ev.eval(callee, nil) }) {
		if v, ok := a.v.(*external); ok && ev.l.models.Bound[v.path] != nil {
			out = append(out, v)
		}
	}
	whole := ev.isWhole(m)
	if ev.fuel <= 0 { // it will not be known in another question either
		ev.cut, whole = m.cut, true
	}
	if whole {
		ev.fillings[callee] = out
	}
	ev.fuel, ev.total = fuel, total
	return out
}
