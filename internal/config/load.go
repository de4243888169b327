package config

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

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
	v := layers(flags, environ, file)
	c.origins = map[string]fault.Text{}
	for _, s := range settings {
		g, ok := v.Get(s.name).(given)
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

// layers lets viper decide which value of a setting wins: that of a flag, of a variable,
// of the file, or the default of the flag.
func layers(flags *pflag.FlagSet, environ []string, file settingsFile) *viper.Viper {
	v := viper.New()
	variables := parseEnviron(environ)
	for _, s := range settings {
		flag := flags.Lookup(s.name)
		if flag != nil {
			v.SetDefault(s.name, ofFlag(flag))
		}
		if flag != nil && flag.Changed {
			v.Set(s.name, ofFlag(flag))
		}
		if g, ok := file.values[s.name]; ok {
			must(v.MergeConfigMap(map[string]any{s.name: g}))
		}
		if value := variables[Variable(s.name)]; value != "" {
			must(v.MergeConfigMap(map[string]any{s.name: given{values: []string{value}, origin: fault.T(Variable(s.name), Variable(s.name))}}))
		}
	}
	return v
}

// must is for calls that cannot fail with the values that they get.
func must(err error) {
	if err != nil {
		panic(err)
	}
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
