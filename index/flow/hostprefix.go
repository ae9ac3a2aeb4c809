package flow

import "slices"

// hostPrefix evaluates what the settings of a sink's program put before the
// names of all its topics: `AddCap(o => o.TopicNamePrefix = "shop")`. Nothing
// where they say nothing of it.
func (ev *evaluator) hostPrefix(s *sink) set {
	h := ev.l.models.Hosts[s.action.Host]
	if h == nil || h.Prefix == nil {
		return nil
	}
	x := s.site.file
	sites := ev.sitesNamed(h.Prefix.Call, x)
	if slices.ContainsFunc(sites, func(r ref) bool { return r.file.project == x.project }) {
		sites = slices.DeleteFunc(slices.Clone(sites), func(r ref) bool { return r.file.project != x.project })
	}
	var out set
	for _, site := range sites {
		ev.noteFile(site.file)
		got := ev.firstOf(h.Prefix.Value, site, nil)
		if len(got) == 0 || isNone(got) {
			got = one(literal(""), nil)
		} else {
			got = concat(got, one(literal(h.Prefix.Between), nil), site.place()).normal()
		}
		out = out.add(got...)
	}
	if len(out) == 1 {
		if t, ok := constOf(out[0].v); ok && t == "" {
			return nil
		}
	}
	return out
}
