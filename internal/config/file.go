package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// settingsFile is what zhitu.yaml says.
type settingsFile struct {
	path   string
	mode   fs.FileMode
	values map[string]given // by setting
}

// secrets are the settings that nobody else should read.
var secrets = []string{"token", "neo4j-password"}

// readFile reads the settings file in a folder, if there is one.
func readFile(dir string) (f settingsFile, problems []fault.Problem) {
	f = settingsFile{path: filepath.Join(dir, File), values: map[string]given{}}
	data, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	here := fault.T(f.path, f.path)
	if err != nil {
		return f, []fault.Problem{invalid(here, fault.T("it cannot be read: %v", "无法读取：%v", err))}
	}
	if info, err := os.Stat(f.path); err == nil {
		f.mode = info.Mode().Perm()
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return f, []fault.Problem{invalid(here, fault.T("it is not valid YAML: %v", "不是有效的 YAML：%v", err))}
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" { // empty, or comments alone
		return f, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return f, []fault.Problem{invalid(f.line(root), fault.T("write each setting as name: value", "每个设置请写成 名称: 值"))}
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if problem := f.add(root.Content[i], root.Content[i+1]); problem != (fault.Text{}) {
			problems = append(problems, invalid(f.line(root.Content[i]), problem))
		}
	}
	return f, problems
}

// add takes one entry of the file. The text says what is wrong with it.
func (f settingsFile) add(key, value *yaml.Node) fault.Text {
	name := strings.ToLower(key.Value)
	_, repeated := f.values[name]
	switch {
	case !slices.Contains(settingNames, name):
		return unknownSetting(name)
	case repeated:
		return fault.T("%s stands here a second time: remove one of them", "%s 重复出现：请删除其中一个", name)
	}
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	g := given{origin: fault.T("%s: %s", "%s：%s", f.line(value), name)}
	switch {
	case value.Tag == "!!null":
		return fault.Text{} // as if not there
	case value.Kind == yaml.ScalarNode:
		g.values = []string{value.Value}
	case value.Kind == yaml.SequenceNode:
		g.list, g.values = true, []string{}
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode {
				return fault.T("%s: a list holds plain values only", "%s：列表中只能是单个值", name)
			}
			g.values = append(g.values, item.Value)
		}
	default:
		return fault.T("%s takes a value, and this is a group of settings", "%s 应为一个值，而此处是一组设置", name)
	}
	f.values[name] = g
	return fault.Text{}
}

func (f settingsFile) line(n *yaml.Node) fault.Text {
	return fault.T("%s line %d", "%s 第 %d 行", f.path, n.Line)
}

func unknownSetting(name string) fault.Text {
	if near := competency.Nearest(name, settingNames); near != "" {
		return fault.T("there is no setting %s; did you mean %s?", "没有设置 %s；您是指 %s 吗？", competency.Quote(name), near)
	}
	return fault.T("there is no setting %s", "没有设置 %s", competency.Quote(name))
}

// notices tells where others on the machine may read a secret in the file.
func (f settingsFile) notices() (list []fault.Text) {
	if runtime.GOOS == "windows" || f.mode&0o077 == 0 { // no such permissions there
		return nil
	}
	for _, name := range secrets {
		if _, ok := f.values[name]; ok {
			list = append(list, fault.T("%s holds %s, and others on this machine may read it: chmod 600 %[1]s",
				"%s 中有 %s，而本机其他用户可读取该文件：请执行 chmod 600 %[1]s", f.path, name))
		}
	}
	return list
}
