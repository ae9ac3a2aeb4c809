package schema

import "topicls/index/topology"

// Moved returns the record at other places: at says where an offset is. The record
// itself stays as it is.
func (r *Record) Moved(at func(off uint32) uint32) *Record {
	out := *r
	out.At = moved(r.At, at)
	out.Fields = movedFields(r.Fields, at)
	if r.Any != nil {
		out.Any = make([]Type, len(r.Any))
		for i, t := range r.Any {
			t.Fields = movedFields(t.Fields, at)
			out.Any[i] = t
		}
	}
	return &out
}

func movedFields(fields []Field, at func(uint32) uint32) []Field {
	if fields == nil {
		return nil
	}
	out := make([]Field, len(fields))
	for i, f := range fields {
		f.At = moved(f.At, at)
		f.Type.Fields = movedFields(f.Type.Fields, at)
		out[i] = f
	}
	return out
}

func moved(p topology.Place, at func(uint32) uint32) topology.Place {
	return topology.Place{File: p.File, Start: at(p.Start), End: at(p.End)}
}
