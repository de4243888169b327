package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) copyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "copy --from S --to S",
		Short: "Copy everything from one store to another, and compare",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.copyStore(cmd.Context()) },
	}
	cmd.Flags().String("from", "", "the store to read: "+storeNameForms)
	cmd.Flags().String("to", "", "the store to write; what only it has stays")
	migrateFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) copyStore(ctx context.Context) error {
	if a.cfg.From == "" || a.cfg.To == "" {
		return usageError{fault.New(fault.InvalidArgument, "give --from and --to", "请填写 --from 和 --to")}
	}
	if a.cfg.From == a.cfg.To {
		return usageError{fault.New(fault.InvalidArgument, "--from and --to name the same store", "--from 与 --to 是同一个存储")}
	}
	return a.withStore(ctx, a.cfg.From, openExisting, func(source store.Store) error {
		contents, err := a.inspectStore(ctx, a.cfg.From, source, a.err)
		if err != nil {
			return err
		}
		return a.withStore(ctx, a.cfg.To, openOrCreate, func(target store.Store) error {
			return a.copyTo(ctx, contents, a.archivesOf(source), target)
		})
	})
}

func (a *app) archivesOf(st store.Store) service.Archives {
	return service.Archives{Catalog: catalog.NewArchive(st), People: people.NewArchive(st), Now: time.Now(), LinkSchemes: a.cfg.LinkSchemes}
}

func (a *app) copyTo(ctx context.Context, contents *service.StoreContents, from service.Archives, st store.Store) error {
	r := contents.Records
	records := r.Catalog.Len() + r.People.Len() + contents.Observations.Len()
	s, err := a.newService(ctx, a.cfg.To, st, layersConfig{})
	if err != nil {
		return err
	}
	empty, archives := s.Catalog.Current().Revision() == 0, a.archivesOf(st)
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("writing %s to %s", "将 %s 条记录写入 %s", countRecords(records), a.cfg.To)
	made, err := s.CopyFrom(ctx, contents, from.Catalog, archives)
	if err != nil {
		return err
	}
	progress.startStage("comparing %s", "比对 %s 条记录", countRecords(records))
	to, err := service.Inspect(ctx, archives)
	if err != nil {
		return err
	}
	differing := appendDiffering(differingRecords(r, to.Records), contents.Evidence, to.Evidence, func(e competency.Evidence) string { return competency.EvidenceRecords + " " + e.ID })
	differing = appendDiffering(differing, contents.Dropped, to.Dropped, func(d competency.DroppedEvidence) string { return people.DroppedRecords + " " + d.Employee })
	differing = appendDiffering(differing, contents.Unmapped, to.Unmapped, func(u people.UnmappedStatement) string { return "set aside " + u.ID })
	if empty {
		publications, err := service.DifferingPublications(ctx, from.Catalog, archives.Catalog, contents.Revision)
		if err != nil {
			return err
		}
		differing = append(differing, publications...)
	}
	progress.finish()
	if len(differing) > 0 {
		return a.reportDifferences(differing)
	}
	if a.cfg.JSON {
		return a.printJSON(importResult{OK: true, Revision: int64(made.Revision), Records: made.Records})
	}
	a.println("copied %s to %s, at revision %d; all were compared and are the same", "%s 条记录已写入 %s，版本 %d；逐条比对全部一致", countRecords(records), a.cfg.To, made.Revision)
	return nil
}

// reportDifferences prints which records differ in the target store. It keeps values
// that the source leaves empty, and newer assessments.
func (a *app) reportDifferences(keys []string) error {
	const maxShown = 20
	summary := fault.T("%[2]s keeps newer assessments, and what the other leaves empty; so this differs there from what was copied (%[1]s):",
		"有 %s 条记录在 %s 中原已存在且与所复制的不同（保留了来源为空的字段和较新的评估）：", countRecords(len(keys)), a.cfg.To)
	if a.cfg.JSON {
		_ = a.printJSON(map[string]any{"ok": false, "differing": keys})
	} else {
		fmt.Fprintln(a.err, summary.In(a.lang()))
		for i, key := range keys {
			if i == maxShown {
				fmt.Fprintln(a.err, "  …")
				break
			}
			fmt.Fprintln(a.err, "  "+key)
		}
	}
	return reportedError{errors.New(summary.EN)}
}

// differingRecords returns the keys of the records that are missing or different in
// the other store.
func differingRecords(from, to competency.Records) (keys []string) {
	keys = appendDiffering(keys, from.Competencies, to.Competencies, func(r competency.Competency) string { return competency.Competencies + " " + r.Code })
	keys = appendDiffering(keys, from.KnowledgePoints, to.KnowledgePoints, func(r competency.KnowledgePoint) string { return competency.KnowledgePoints + " " + r.Code })
	keys = appendDiffering(keys, from.Prerequisites, to.Prerequisites, func(r competency.Prerequisite) string {
		return competency.Prerequisites + " " + r.Prerequisite + " → " + r.Dependent + " " + r.Clause
	})
	keys = appendDiffering(keys, from.Related, to.Related, func(r competency.Related) string { return competency.RelatedPairs + " " + r.A + " – " + r.B })
	keys = appendDiffering(keys, from.Positions, to.Positions, func(r competency.Position) string { return competency.Positions + " " + r.Code })
	keys = appendDiffering(keys, from.Requirements, to.Requirements, func(r competency.Requirement) string {
		return competency.Requirements + " " + r.Position + " → " + r.Target
	})
	keys = appendDiffering(keys, from.Resources, to.Resources, func(r competency.Resource) string { return competency.Resources + " " + r.Code })
	keys = appendDiffering(keys, from.Scale, to.Scale, func(l competency.ScaleLevel) string { return competency.Levels + " " + l.Label })
	keys = appendDiffering(keys, from.OrgUnits, to.OrgUnits, func(r competency.OrgUnit) string { return competency.OrgUnits + " " + r.Code })
	keys = appendDiffering(keys, from.Employees, to.Employees, func(r competency.Employee) string { return competency.Employees + " " + r.Code })
	return appendDiffering(keys, from.Mastery, to.Mastery, func(r competency.Assessment) string {
		return competency.MasteryStates + " " + r.Employee + " → " + r.KnowledgePoint
	})
}

func appendDiffering[T any](keys []string, from, to []T, key func(T) string) []string {
	byKey := make(map[string]T, len(to))
	for _, v := range to {
		byKey[key(v)] = v
	}
	for _, v := range from {
		if other, ok := byKey[key(v)]; !ok || !reflect.DeepEqual(v, other) {
			keys = append(keys, key(v))
		}
	}
	return keys
}
