package container

import (
	"errors"
	"slices"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/dockerfile"
	"topicls/index/deploy/dotenv"
)

// Fill sets a variable's value and status to what was evaluated.
func Fill(v *deploy.Variable, value dotenv.Value, err error) {
	v.Value, v.Default, v.Origin = value.Text, value.Default, value.Origin
	var missing *dotenv.MissingError
	switch {
	case err != nil && !errors.As(err, &missing):
		v.Status, v.Reason, v.Value = deploy.VarInvalid, err.Error(), ""
	case value.Reason != "":
		v.Status, v.Reason = deploy.VarHost, value.Reason
		v.Value = value.Pattern
		if v.Value == "*" {
			v.Value = ""
		}
	}
}

// FromImage sets a variable of a name that it has to what an image says.
func FromImage(v *deploy.Variable, e *dockerfile.Env) {
	v.Raw, v.NamePos, v.ValuePos = e.Raw, e.NamePos, e.ValuePos
	Fill(v, e.Value, nil)
}

// Under returns a service's variables with those of its image below them. The
// list given is sorted by name, with each name once, and so is the one returned.
func Under(vars []deploy.Variable, image *dockerfile.Image) []deploy.Variable {
	if image == nil || len(image.Env) == 0 {
		return vars
	}
	out := slices.Clone(vars)
	for i := range image.Env {
		e := &image.Env[i]
		at, found := slices.BinarySearchFunc(out, e.Name, func(v deploy.Variable, name string) int { return strings.Compare(v.Name, name) })
		own := found && !fromImage(&out[at], image)
		switch {
		case own:
			out[at].Hidden = append(slices.Clone(out[at].Hidden), deploy.Definition{NamePos: e.NamePos, ValuePos: e.ValuePos})
			continue
		case !found:
			out = slices.Insert(out, at, deploy.Variable{})
		}
		out[at] = deploy.Variable{Name: e.Name}
		FromImage(&out[at], e)
	}
	return out
}

// fromImage reports whether a variable is one that the image sets.
func fromImage(v *deploy.Variable, image *dockerfile.Image) bool {
	return slices.ContainsFunc(image.Env, func(e dockerfile.Env) bool { return e.Name == v.Name && e.NamePos == v.NamePos })
}
