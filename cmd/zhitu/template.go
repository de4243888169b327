package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) templateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "template FILE.xlsx",
		Short: "Write a workbook for experts to fill in",
		Long: `Write a workbook for experts to fill in.
It has a sheet for each table, lists to choose from, and a guide in both languages. --lang says in which language the sheets and their words
are. With --store the sheets of the catalog, departments and people hold what is stored. Those of mastery and evidence are always empty.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !isWorkbookName(args[0]) {
				return usageError{fault.New(fault.InvalidArgument, "the name of a template ends in .xlsx", "模板的文件名须以 .xlsx 结尾")}
			}
			t := exchange.Template{Tables: a.cfg.Tables}
			if a.cfg.Store == "" {
				return a.writeTemplate(args[0], t)
			}
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, func(s *service.Service) error {
				if err := fillTemplate(cmd.Context(), s, &t); err != nil {
					return err
				}
				return a.writeTemplate(args[0], t)
			})
		},
	}
	cmd.Flags().String("store", "", "begin with what is in this store")
	migrateFlag(cmd)
	cmd.Flags().StringSlice("tables", nil, "names of the tables that the workbook has, in either language (default: all)")
	return cmd
}

// fillTemplate puts what is stored into a template. It reads people only if a sheet names
// them.
func fillTemplate(ctx context.Context, s *service.Service, t *exchange.Template) error {
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	t.Catalog = *snapshot.Graph().Catalog()
	if t.OrgUnits, _, err = s.People.ReadOrgUnits(ctx); err != nil {
		return err
	}
	if !t.NamesPeople() {
		return nil
	}
	for d, err := range s.People.Dossiers(ctx) {
		if err != nil {
			return err
		}
		t.Employees = append(t.Employees, d.Employee)
	}
	return nil
}

func (a *app) writeTemplate(path string, t exchange.Template) error {
	if err := exchange.WriteTemplateFile(path, a.lang(), t); err != nil {
		return err
	}
	a.println("wrote the template to %s", "已写出模板 %s", path)
	return nil
}
