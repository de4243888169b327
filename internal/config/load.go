package config

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// given is the value of a setting, as text, with its place. A list has any number of
// texts, every other setting one.
type given struct {
	values []string
	list   bool // whether it was written as a list
	origin fault.Text
}

// Load loads the settings of a command from its flags, the environment (KEY=VALUE, as
// of os.Environ), and the settings file in dir, if there is one.
//
// The notices say what is suspicious but does not matter enough to be refused. The error
// is a *fault.Error with all problems; the settings that are right are loaded all the
// same, so that it can be told in the language of the setting.
func Load(flags *pflag.FlagSet, environ []string, dir string) (c Config, notices []fault.Text, err error) {
	file, problems := readFile(dir)
	notices = append(file.notices(), unknownVariables(environ)...)
	variables := parseEnviron(environ)
	c.origins = map[string]fault.Text{}
	for _, s := range settings {
		g, ok := findValue(s.name, flags, variables, file)
		if !ok {
			continue
		}
		if g.origin != (fault.Text{}) {
			c.origins[s.name] = g.origin
		}
		if wrong := s.set(reflect.ValueOf(&c).Elem().Field(s.field), g); wrong != (fault.Text{}) {
			problems = append(problems, invalid(c.Origin(s.name), wrong))
		}
	}
	return c, notices, fault.FromProblems(problems)
}

// findValue returns the value of a setting that wins.
func findValue(name string, flags *pflag.FlagSet, variables map[string]string, file settingsFile) (g given, ok bool) {
	flag := flags.Lookup(name)
	if flag != nil && flag.Changed {
		return ofFlag(flag), true
	}
	if value := variables[Variable(name)]; value != "" {
		return given{values: []string{value}, origin: fault.T(Variable(name), Variable(name))}, true
	}
	if g, ok := file.values[name]; ok {
		return g, true
	}
	if flag == nil {
		return given{}, false
	}
	return ofFlag(flag), true
}

// ofFlag returns the value of a flag, or its default, which has no origin.
func ofFlag(flag *pflag.Flag) (g given) {
	if flag.Changed {
		g.origin = fault.T("--"+flag.Name, "--"+flag.Name)
	}
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		g.values, g.list = list.GetSlice(), true
		return g
	}
	g.values = []string{flag.Value.String()}
	return g
}

func parseEnviron(environ []string) map[string]string {
	variables := map[string]string{}
	for _, v := range environ {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	return variables
}

// ofKubernetes are variables that Kubernetes sets in every container of a namespace
// that has a service named zhitu.
var ofKubernetes = regexp.MustCompile(`^ZHITU_(.+_)?(SERVICE_(HOST|PORT)|PORT)(_|$)`)

// unknownVariables tells of variables that look like settings and are none. They are no
// errors, because a machine may use the prefix for purposes of its own.
func unknownVariables(environ []string) (notices []fault.Text) {
	var known []string
	for _, name := range settingNames {
		known = append(known, Variable(name))
	}
	for _, v := range slices.Sorted(slices.Values(environ)) {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) || ofKubernetes.MatchString(name) {
			continue
		}
		text := fault.T("there is no setting for the variable %s: it is passed over", "没有与变量 %s 对应的设置：已忽略", competency.Quote(name))
		if near := competency.Nearest(name, known); near != "" {
			text = fault.T("%s; did you mean %s?", "%s；您是指 %s 吗？", text, near)
		}
		notices = append(notices, text)
	}
	return notices
}

// invalid is a problem of a setting at its place.
func invalid(origin, wrong fault.Text) fault.Problem {
	return fault.Problem{Code: fault.InvalidArgument, Text: fault.T("%s: %s", "%s：%s", origin, wrong)}
}
