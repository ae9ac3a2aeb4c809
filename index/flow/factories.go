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
		if name := p.file.facts().Text(p.file.facts().Scopes[p.scope].Name); name != "" && !ev.lazy && ev.fields != nil {
			ev.sought = append(ev.sought, name)
		}
		return true
	}
	return false
}
