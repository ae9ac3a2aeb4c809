package index

import (
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"topicls/index/deploy"
	"topicls/index/topology"
)

// isSecret reports whether a variable's name says that its value is nobody's
// to read.
func isSecret(name string) bool {
	if known, ok := secretNames.Load(name); ok {
		return known.(bool)
	}
	secret := secretName.MatchString(name) || secretName.MatchString(strings.NewReplacer("-", "_", ".", "_").Replace(name))
	if secretCount.Add(1) < 1<<16 {
		secretNames.Store(name, secret)
	}
	return secret
}

// secretNames remembers what isSecret found, for as many names as any
// workspace has.
var (
	secretNames sync.Map // name -> bool
	secretCount atomic.Int32
)

var secretName = regexp.MustCompile(`(?i)SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|CREDENTIAL|ACCESS_?KEY|API_?KEY|PRIVATE_?KEY|JAAS`)

// urlPassword matches a URL's password.
var urlPassword = regexp.MustCompile(`(://[^\s/:@]*:)[^\s/@]+@`)

// shownVariable is the value of a service's variable as people may see it;
// false when it is a secret, by its own name or by that of one it is made from.
func (s *Snapshot) shownVariable(service string, v *deploy.Variable) (string, bool) {
	return s.shownValue(service, secretNameOf(v), v.Value)
}

// secretNameOf is a variable's name with those of the variables that its value
// is made from.
func secretNameOf(v *deploy.Variable) string {
	name := v.Name
	if !strings.Contains(v.Raw, "$") {
		return name
	}
	for _, m := range interpolated.FindAllStringSubmatch(v.Raw, -1) {
		if v.Raw == m[0] || isSecret(m[1]) && !strings.Contains(v.Raw, "://") {
			name += " " + m[1]
		}
	}
	return name
}

var interpolated = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)(?:[:?+-][^}]*)?\}?`)

// shownValue is a value in a service as people may see it; false when it is a
// secret. A value that names a topic or group is none, whatever the variable is
// called.
func (s *Snapshot) shownValue(service, name, value string) (string, bool) {
	if value == "" {
		return "", true
	}
	if isSecret(name) && !s.namesKafka(service, value) {
		return "", false
	}
	if strings.Contains(value, "://") {
		value = urlPassword.ReplaceAllString(value, "${1}"+topology.Masked+"@")
	}
	return value, true
}

// namesKafka reports whether a value is the name of a topic, or of one of the
// service's groups.
func (s *Snapshot) namesKafka(service, value string) bool {
	if s.Topic(value) != nil {
		return true
	}
	for _, e := range s.endpointsIn(service) {
		for i := range e.Groups {
			if e.Groups[i].Name == value {
				return true
			}
		}
	}
	return false
}

// hideSecrets takes out of a variable what nobody may see.
func (s *Snapshot) hideSecrets(v *topology.Variable, from *deploy.Variable) {
	if v.Value == "" {
		return
	}
	value, ok := s.shownVariable(v.Service, from)
	v.Value = value
	if !ok {
		v.Known, v.Reason = false, topology.SecretReason
	}
}

// shownDefault is a default as people may see it: "" for a secret.
func (s *Snapshot) shownDefault(name, value string) string {
	value, _ = s.shownValue("", name, value)
	return value
}
