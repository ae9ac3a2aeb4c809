package check

import (
	"slices"

	"topicls/index/topology"
)

// sideNotDeployed are the uses that would be a topic's side of a role, by services
// that the environment which was asked for does not deploy.
func (w *world) sideNotDeployed(t *topology.Topic, role topology.Role) []topology.Undeployed {
	var out []topology.Undeployed
	for _, u := range w.in.Undeployed(t.Name) {
		if u.Role == role {
			out = append(out, u)
		}
	}
	return out
}

// tellNotDeployed says in a finding that a topic's other side is not deployed, and
// shows where it is.
func (w *world) tellNotDeployed(f *topology.Diagnostic, verb string, uses []topology.Undeployed) {
	var services []string
	for i, u := range uses {
		if !slices.Contains(services, u.Service) {
			services = append(services, u.Service)
		}
		if i < 8 {
			f.Related = append(f.Related, topology.Related{Place: u.At, Message: u.Service + " " + verb + " it here; " + u.Environment + " deploys it"})
		}
	}
	if len(services) == 0 {
		return
	}
	is := " is"
	if len(services) > 1 {
		is = " are"
	}
	f.Message += ": " + and(services) + is + " not deployed"
	for _, e := range w.in.Environments() {
		if e.Default {
			f.Message += " in " + e.ID
			break
		}
	}
}
