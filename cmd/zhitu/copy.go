package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) copies() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "copy --from S --to S",
		Short: "Bring everything in one store into another",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.copyStore(cmd.Context()) },
	}
	cmd.Flags().String("from", "", "the store to read")
	cmd.Flags().String("to", "", "the store to write, which keeps what the other lacks")
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) copyStore(ctx context.Context) error {
	if a.cfg.From == "" || a.cfg.To == "" {
		return misuse{fmt.Errorf("give --from and --to")}
	}
	if a.cfg.From == a.cfg.To {
		return misuse{fmt.Errorf("--from and --to name the same store")}
	}
	var cs competency.ChangeSet
	progress := a.progress()
	defer progress.done()
	progress.stage("reading %s", "读取 %s", a.cfg.From)
	err := withService(ctx, a.cfg.From, reads, func(s *service.Service) (err error) {
		catalog, _, err := s.Catalog(ctx)
		if err != nil {
			return err
		}
		cs.Put.Catalog = *catalog
		cs.Put.People, err = everybody(ctx, s)
		return err
	})
	if err != nil {
		return err
	}
	records := cs.Put.Catalog.Len() + cs.Put.People.Len()
	progress.stage("writing %d records", "写入 %d 条记录", records)
	return withService(ctx, a.cfg.To, writes, func(s *service.Service) error {
		done, err := s.Import(ctx, cs, false)
		if err != nil {
			return err
		}
		progress.done()
		if a.cfg.JSON {
			return a.printJSON(outcome{OK: true, Revision: int64(done.Revision), Records: done.Records})
		}
		a.say("%d records are in %s, at revision %d", "%d 条记录已写入 %s，版本 %d", records, a.cfg.To, done.Revision)
		return nil
	})
}

func (a *app) verify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check the data in a store against the rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Opening a service checks and compiles all that is stored.
			return withService(cmd.Context(), a.cfg.Store, reads, func(s *service.Service) error {
				return a.verified(cmd.Context(), s)
			})
		},
	}
	storeFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) verified(ctx context.Context, s *service.Service) error {
	catalog, revision, err := s.Catalog(ctx)
	if err != nil {
		return err
	}
	people, err := everybody(ctx, s)
	if err != nil {
		return err
	}
	if _, err := s.Import(ctx, competency.ChangeSet{Put: competency.Records{People: people}}, true); err != nil {
		return err
	}
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"ok": true, "revision": revision, "records": catalog.Len(), "people": len(people.Employees)})
	}
	a.say("revision %d is sound: %d records of the catalog, %d people", "版本 %d 完好：目录 %d 条记录，%d 名员工", revision, catalog.Len(), len(people.Employees))
	return nil
}

// everybody reads all people of a store, with what they master.
func everybody(ctx context.Context, s *service.Service) (people competency.People, err error) {
	if people.OrgUnits, err = s.OrgUnits(ctx); err != nil {
		return people, err
	}
	for p, err := range s.Profiles(ctx) {
		if err != nil {
			return people, err
		}
		people.Employees = append(people.Employees, p.Employee)
		people.Mastery = append(people.Mastery, p.States...)
	}
	return people, nil
}
