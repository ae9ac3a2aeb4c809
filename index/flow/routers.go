package flow

import (
	"maps"
	"slices"

	"topicls/index/client"
	"topicls/index/facts"
)

// maxIncluded bounds how many routers are followed one inside another.
const maxIncluded = 4

// routerOf returns the router that a sink's topics belong to: its receiver, or
// what made the receiver; nil when no library has such.
func (ev *evaluator) routerOf(s *sink, recv value) *instance {
	if len(s.action.Prefix) == 0 || len(ev.l.models.IncludeNames) == 0 {
		return nil
	}
	in, ok := recv.(*instance)
	for range s.action.Prefix[0].New - 1 {
		if !ok {
			return nil
		}
		in, ok = in.recv.(*instance)
	}
	if !ok || in.call == nil {
		return nil
	}
	return in
}

// underPrefix reports whether a sink's topic is one of its router's: it is given
// to what the router made, and not to a later call.
func (ev *evaluator) underPrefix(s *sink, recv value, fr *frame) bool {
	if len(s.action.Prefix) == 0 {
		return false
	}
	for _, slot := range s.action.Topic {
		if _, ok := ev.sinkSlot(s, client.Slots{slot}, recv, fr); ok {
			return slot.New == s.action.Prefix[0].New-1
		}
	}
	return true
}

// includedPrefix is what the calls that take a router in put before its
// topics: `broker.include_router(router, prefix="x-")`, and likewise for the
// router that takes it in.
func (ev *evaluator) includedPrefix(router *instance, depth int) set {
	if depth >= maxIncluded {
		return nil
	}
	k := activeKey{guard: guardIncluded, ref: ref{router.call.ref.file, router.call.ref.id}}
	if ev.recurs(k) {
		return nil
	}
	ev.pose(k)
	defer ev.answered(k)
	var out set
	for _, name := range slices.Sorted(maps.Keys(ev.l.models.IncludeNames)) {
		for _, site := range ev.sitesNamed(name, router.call.ref.file) {
			callee := site.file.facts().At(site.expr().X)
			if callee.Kind != facts.Attr {
				continue
			}
			for _, a := range ev.expanded(func() set { return ev.eval(site.at(callee.X), nil) }) {
				by, ok := a.v.(*instance)
				if !ok || by.typ == nil {
					continue
				}
				in := ev.l.models.Include(by.typ, name)
				if in == nil {
					continue
				}
				for _, slot := range in.Router {
					given := ev.expanded(func() set { return ev.slot(slot, site, nil, by) })
					if !ev.isAmong(router, given) {
						continue
					}
					ev.noteFile(site.file)
					prefix := one(literal(""), nil)
					for _, s := range in.Own {
						if p := ev.slot(s, site, nil, by); len(p) > 0 && !isNone(p) {
							prefix = concat(p, prefix, site.place())
							break
						}
					}
					for _, s := range in.Prefix {
						if p := ev.slot(s, site, nil, by); len(p) > 0 && !isNone(p) {
							prefix = concat(prefix, p, site.place())
							break
						}
					}
					if by.call != nil && by.call.ref != router.call.ref {
						if outer := ev.includedPrefix(by, depth+1); len(outer) > 0 {
							prefix = concat(outer, prefix, site.place())
						}
					}
					out = out.add(prefix.normal()...)
				}
			}
		}
	}
	return out
}

// isAmong reports whether a router is one of the given values or in a list of them.
func (ev *evaluator) isAmong(router *instance, given set) bool {
	for _, a := range given {
		switch v := a.v.(type) {
		case *instance:
			if v.call != nil && v.call.ref == router.call.ref {
				return true
			}
		case *listing:
			for _, it := range ev.items(v) {
				if ev.isAmong(router, it) {
					return true
				}
			}
		}
	}
	return false
}
