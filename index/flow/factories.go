package flow

// makes reports whether the function with a parameter makes objects of a class,
// as a constructor does in languages that have none: `func NewSender(topic
// string) *Sender { return &Sender{topic: topic} }`. Whoever calls it is looked
// for, since that code need not mention Kafka.
func (ev *evaluator) makes(p *param, c *class) bool {
	if p.scope == 0 {
		return false
	}
	for _, o := range ev.constructions(c) {
		if o.site == nil || o.site.ref.file != p.file || !isInside(p.file, o.site.ref.expr().Scope, p.scope) {
			continue
		}
		if name := p.file.facts().Text(p.file.facts().Scopes[p.scope].Name); name != "" && ev.seeks() {
			ev.sought = append(ev.sought, name)
		}
		return true
	}
	return false
}

// madeIn is the object of a class that a function entered by a frame makes, in
// languages without constructors; nil if it makes none.
func (ev *evaluator) madeIn(fr *frame, c *class) *object {
	if !ev.l.lang.structural() {
		return nil
	}
	for _, site := range fr.file.sitesNamed(c.name()) {
		if fr.scope == 0 || !isInside(fr.file, site.expr().Scope, fr.scope) {
			continue
		}
		for _, a := range ev.eval(site.at(site.expr().X), fr) {
			if got, ok := a.v.(*class); ok && *got == *c {
				return ev.construct(c, site, fr)
			}
		}
	}
	return nil
}
