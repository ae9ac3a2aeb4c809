package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"go.lsp.dev/jsonrpc2"
)

// The library's ID holds a 32-bit number or a string that is not empty. JSON-RPC
// allows more: larger and fractional numbers and the empty string. Such an id
// travels through the library as a string that starts with verbatim, followed
// by the id's JSON text, and is written back as that text.
const verbatim = "\x00"

// parseID reads the JSON text of an id that is neither absent nor null. It is
// false for anything but a string or a number. Equal ids have equal results,
// so that a cancel finds its request.
func parseID(raw json.RawMessage) (jsonrpc2.ID, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return jsonrpc2.ID{}, false
	}
	if raw[0] == '"' {
		var name string
		if json.Unmarshal(raw, &name) != nil {
			return jsonrpc2.ID{}, false
		}
		if name == "" || name[:1] == verbatim {
			return jsonrpc2.NewStringID(verbatim + string(raw)), true
		}
		return jsonrpc2.NewStringID(name), true
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return jsonrpc2.ID{}, false
	}
	if n, err := strconv.ParseInt(string(raw), 10, 32); err == nil {
		return jsonrpc2.NewNumberID(int32(n)), true
	}
	// 7.0 is the number 7: some clients have no integers.
	f, err := strconv.ParseFloat(string(raw), 64)
	if err == nil && f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32 {
		return jsonrpc2.NewNumberID(int32(f)), true
	}
	return jsonrpc2.NewStringID(verbatim + string(raw)), true
}

// formatID gives the JSON text of an id. The library's own encoding does not
// know verbatim.
func formatID(id jsonrpc2.ID) json.RawMessage {
	if n := fmt.Sprintf("%q", id); n[0] == '#' {
		return json.RawMessage(n[1:])
	}
	name := fmt.Sprintf("%s", id)
	if name[:1] == verbatim {
		return json.RawMessage(name[1:])
	}
	raw, err := json.Marshal(name)
	if err != nil { // a string always encodes
		return json.RawMessage("null")
	}
	return raw
}
