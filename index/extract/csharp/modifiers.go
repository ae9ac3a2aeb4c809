package csharp

// modifiers are the words in front of a declaration that matter.
type modifiers uint16

const (
	mStatic modifiers = 1 << iota
	mAsync
	mPartial
	mAbstract
	mConst
	mThis // an extension function's first parameter
	mParams
	mExtern
	mPublic
)

// modifiers reads the modifiers of node i.
func (x *Extractor) modifiers(i uint32) (m modifiers) {
	end := x.Nodes[i].Next
	for c := i + 1; c < end; c = x.Nodes[c].Next {
		if x.Nodes[c].Kind != kModifier {
			continue
		}
		switch string(x.Source(c)) {
		case "static":
			m |= mStatic
		case "async":
			m |= mAsync
		case "partial":
			m |= mPartial
		case "abstract":
			m |= mAbstract
		case "const":
			m |= mConst | mStatic
		case "this":
			m |= mThis
		case "params":
			m |= mParams
		case "extern":
			m |= mExtern
		case "public":
			m |= mPublic
		}
	}
	return m
}
