package helm

import (
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy/yamldoc"
)

// follow follows a path of keys and numbers from a node.
func follow(n *yaml.Node, path []any) *yaml.Node {
	m := yamldoc.NewMapper(func(*yaml.Node, string) {})
	for _, step := range path {
		n = yamldoc.Deref(n)
		var next *yaml.Node
		switch step := step.(type) {
		case int:
			if n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		case string:
			next = m.Get(n, step)
		case keyOf:
			for _, p := range m.Pairs(n) {
				if yamldoc.Deref(p.Key).Value == string(step) {
					next = p.Key
				}
			}
		}
		if next == nil {
			return nil
		}
		n = next
	}
	if n.Kind != yaml.ScalarNode {
		return nil
	}
	return n
}

// texts returns the texts in values.
func texts(values []any, out []string) []string {
	for _, v := range values {
		if len(out) > 200 {
			return out
		}
		switch v := v.(type) {
		case string:
			if v != "" {
				out = append(out, v)
			}
		case []any:
			out = texts(v, out)
		case []string:
			for _, s := range v {
				if s != "" {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// inValue finds the text at the end of a path in a value.
func (f *finder) inValue(v any, path []any, key bool, d *document, n *yaml.Node, start, end, depth int) []source {
	for i, step := range path {
		last := i == len(path)-1
		if val, ok := v.(Values); ok {
			v = map[string]any(val)
		}
		switch step := step.(type) {
		case int:
			list, ok := v.([]any)
			if !ok || step >= len(list) {
				return nil
			}
			v = list[step]
		case string:
			switch table := v.(type) {
			case map[string]any:
				if last && key {
					for k := range table {
						if k == step {
							v = k
						}
					}
					break
				}
				next, ok := table[step]
				if !ok {
					return nil
				}
				if _, isText := next.(string); last && !isText {
					return f.byKey(table, step)
				}
				v = next
			case map[string]string:
				next, ok := table[step]
				if !ok || last && key {
					return nil
				}
				v = next
			default:
				return nil
			}
		}
	}
	s, ok := v.(string)
	if !ok {
		return nil
	}
	e := d.extent(n)
	if e.Verbatim {
		return f.find(s, start-e.Start, end-e.Start, depth+1)
	}
	if start <= e.Start && end >= e.End {
		return f.find(s, 0, len(s), depth+1)
	}
	if n.Style&yaml.LiteralStyle != 0 && start >= e.Start {
		// Its lines are those of the text, further to the right.
		from, first := d.Text.Pos(start, end), d.Text.Pos(e.Start, e.Start)
		lines := f.starts(s)
		if k := from.Line - first.Line; k < len(lines) {
			at := lines[k] + max(from.Column-first.Column, 0)
			if to := at + end - start; to <= len(s) && s[at:to] == string(d.Text.Data[start:end]) {
				return f.find(s, at, to, depth+1)
			}
		}
	}
	// A part of a text that is written in another way: found by what it says.
	if part := d.Text.Data[max(start, 0):min(end, len(d.Text.Data))]; strings.Count(s, string(part)) == 1 {
		at := strings.Index(s, string(part))
		return f.find(s, at, at+len(part), depth+1)
	}
	out := f.find(s, 0, len(s), depth+1)
	for i := range out {
		out[i].exact = false
	}
	return out
}

// pathAt finds the scalar around a part of a document, and the path to it.
func (f *finder) pathAt(d *document, n *yaml.Node, start, end int) (path []any, node *yaml.Node, key bool) {
	covers := func(n *yaml.Node) bool {
		if n.Kind != yaml.ScalarNode {
			return false
		}
		e := d.extent(n)
		return e.Start <= start && end <= e.End
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if covers(n) {
			return nil, n, false
		}
	case yaml.SequenceNode:
		i := f.childAt(d, n.Content, 1, start)
		if i < 0 {
			return nil, nil, false
		}
		path, node, key = f.pathAt(d, n.Content[i], start, end)
		return append([]any{i}, path...), node, key
	case yaml.MappingNode:
		i := f.childAt(d, n.Content, 2, start)
		if i < 0 {
			return nil, nil, false
		}
		if covers(n.Content[i]) {
			return []any{n.Content[i].Value}, n.Content[i], true
		}
		if i+1 < len(n.Content) {
			path, node, key = f.pathAt(d, n.Content[i+1], start, end)
			return append([]any{n.Content[i].Value}, path...), node, key
		}
	}
	return nil, nil, false
}

// childAt returns the last of every step'th node that begins at or before an offset.
func (f *finder) childAt(d *document, nodes []*yaml.Node, step, at int) int {
	out := -1
	lo, hi := 0, len(nodes)/step
	for lo < hi {
		mid := (lo + hi) / 2
		if d.Offset(nodes[mid*step]) <= at {
			out = mid * step
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return out
}
