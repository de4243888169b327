package main

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/seed"
)

// demoMark is the document that a store has which was begun as a demo: in any other, whoever
// is on the machine could be anybody.
var demoMark = store.Document{Kind: "demo", ID: "demo", Body: "{}"}

// demoPerson is a person of the sample company whom a visitor of the demo may be.
type demoPerson struct {
	account.Sample
	roleEN, roleZH, mayEN, mayZH string
}

// demoPeople has one for each role. The first one is who asks without having chosen.
var demoPeople = []demoPerson{
	{
		account.Sample{Login: "hr", Employee: "E039", Name: "白若溪", Grants: []access.Grant{{Role: access.HR}}},
		"HR", "人力资源", "positions, people and what they know, in the whole firm", "全公司的岗位、人员及其掌握情况",
	},
	{
		account.Sample{Login: "expert", Employee: "E005", Name: "宋雅琴", Grants: []access.Grant{{Role: access.Expert}}},
		"Business expert", "业务专家", "edits the catalog, and sees figures instead of people", "维护知识目录，只看统计，不看个人",
	},
	{
		account.Sample{Login: "manager", Employee: "E008", Name: "马国强"},
		"Manager", "主管", "sees and rates whoever reports to him", "查看并评价其下属",
	},
	{
		account.Sample{Login: "trainer", Employee: "E017", Name: "冯秀兰", Grants: []access.Grant{{Role: access.Trainer, Unit: "ORG-MF"}}},
		"Trainer", "带教", "examines the people of her department", "考核本部门人员",
	},
	{
		account.Sample{Login: "employee", Employee: "E007", Name: "陈晓雨"},
		"Employee", "员工", "sees what she has mastered herself, and what to learn next", "只看本人的掌握情况和学习路径",
	},
	{
		account.Sample{Login: "auditor", Employee: "E033", Name: "卢思远", Grants: []access.Grant{{Role: access.Auditor}}},
		"Auditor", "审计员", "sees who did what, and no mastery but his own", "查看操作记录，看不到他人的掌握情况",
	},
	{
		account.Sample{Login: "admin", Employee: "E027", Name: "夏雨桐", Grants: []access.Grant{{Role: access.Admin}}},
		"Administrator", "系统管理员", "manages accounts, and sees no mastery but her own", "管理账号，看不到他人的掌握情况",
	},
}

// prepareDemo fills an empty store with the sample company and accounts of its people. It
// refuses a store that was not begun as a demo.
func (a *app) prepareDemo(ctx context.Context, st store.Store, cfg *server.Config) error {
	marks, err := st.Documents(ctx, store.DocumentQuery{Kind: demoMark.Kind})
	if err != nil {
		return err
	}
	if len(marks) == 0 {
		accounts, err := cfg.Service.Accounts.Any(ctx)
		if err != nil {
			return err
		}
		if accounts || cfg.Service.Catalog.Current().Revision() > 0 {
			return a.invalidSetting("demo", "%s was not begun as a demo, in which everybody may be anybody: leave --demo out, or name another store",
				"%s 并非以演示方式创建，而演示允许任何人以任意身份访问：请去掉 --demo，或指定其他存储", a.cfg.Store)
		}
		if err := st.PutDocuments(ctx, []store.Document{demoMark}); err != nil {
			return err
		}
	}
	if err := importSeed(ctx, cfg.Service); err != nil {
		return err
	}
	var samples []account.Sample
	for _, p := range demoPeople {
		samples = append(samples, p.Sample)
		cfg.Demo.Samples = append(cfg.Demo.Samples, server.Sample{Employee: p.Employee, Name: p.Name, RoleEN: p.roleEN, RoleZH: p.roleZH, MayEN: p.mayEN, MayZH: p.mayZH})
	}
	cfg.Demo.Viewer = demoPeople[0].Employee
	return cfg.Service.Accounts.PutSamples(ctx, samples)
}

// importSeed imports the sample company into an empty store, as if today were the day that
// its README describes: whenever the demo starts, its people have just learned and are
// about to forget. A store that was served as a demo before keeps its edits.
func importSeed(ctx context.Context, s *service.Service) error {
	if s.Catalog.Current().Revision() > 0 {
		return nil
	}
	doc, err := exchange.ReadFS(seed.Files, ".")
	if err != nil {
		return err
	}
	files, days := service.FilesOf(doc), time.Since(seed.Today).Truncate(24*time.Hour)
	for i := range files.Changes.Put.Mastery {
		a := &files.Changes.Put.Mastery[i]
		a.AssessedAt = a.AssessedAt.Add(days)
	}
	for i := range files.Evidence {
		files.Evidence[i].At = files.Evidence[i].At.Add(days)
	}
	_, err = s.ImportFiles(ctx, files, false)
	return err
}

// printFirstSteps prints how to start with the demo.
func (a *app) printFirstSteps(url string) {
	a.println(`
Zhitu is ready, with a sample company in it. Open it in a browser:

    %[1]s/

Programmers open the playground:

    %[1]s/playground

or ask from a terminal what employee E007 lacks for position POS-DA:

    curl -s %[1]s/graphql -H 'Content-Type: application/json' \
      -d '{"query":"{ gapAnalysis(employee: \"E007\", position: \"POS-DA\") { coverage ready gaps { status required knowledgePoint { code name } } } }"}'
`, `
知图已启动，内含示例企业数据。请用浏览器打开：

    %[1]s/

程序员可打开演练场：

    %[1]s/playground

或在终端查询员工 E007 距离岗位 POS-DA 还缺什么：

    curl -s %[1]s/graphql -H 'Content-Type: application/json' \
      -d '{"query":"{ gapAnalysis(employee: \"E007\", position: \"POS-DA\") { coverage ready gaps { status required knowledgePoint { code name } } } }"}'
`, url)
}
