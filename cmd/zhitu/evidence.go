package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) evidenceCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "evidence", Short: "Drop old evidence, while the states that follow from it stay", Args: cobra.NoArgs}
	cmd.AddCommand(a.evidenceDropCommand())
	return cmd
}

func (a *app) evidenceDropCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drop --before TIME",
		Short: "Drop evidence from before a time; states stay the same, and ids stay known",
		Long: "Drop evidence from before a time; states stay the same, and ids stay known. It cannot be undone: what is dropped can be neither read\n" +
			"nor taken back. Without --yes it only counts. It may be broken off and repeated.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			before, err := a.timeSetting("before", a.cfg.Before)
			if err != nil {
				return err
			}
			if before.IsZero() {
				return usageError{fault.New(fault.InvalidArgument, "give --before, the time from which on evidence is kept, such as 2024-01-01",
					"请填写 --before，即从何时起的证据予以保留，如 2024-01-01")}
			}
			model, err := a.parameters()
			if err != nil {
				return err
			}
			how := openExisting
			if a.cfg.Yes {
				how = openOrCreate
			}
			return a.withStore(cmd.Context(), a.cfg.Store, how, func(st store.Store) error {
				s, err := a.newService(cmd.Context(), a.cfg.Store, st, layersConfig{Model: model})
				if err != nil {
					return err
				}
				return a.dropEvidence(cmd.Context(), s, before)
			})
		},
	}
	storeFlag(cmd)
	parametersFlag(cmd)
	flags := cmd.Flags()
	flags.String("before", "", "drop evidence from before this time, such as 2024-01-01")
	timeZoneFlag(flags)
	flags.Bool("yes", false, "drop without a further question")
	flags.Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) dropEvidence(ctx context.Context, s *service.Service, before time.Time) error {
	progress := a.newProgress()
	defer progress.finish()
	n, err := s.DropEvidence(ctx, before, !a.cfg.Yes, func(n service.DroppedCount) {
		progress.startStage("old evidence of %s: %s", "%s 名员工的过期证据：%s 条", countPeople(n.People), countEvidence(n.Pieces))
	})
	if err != nil {
		return err
	}
	progress.finish()
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"ok": true, "dropped": a.cfg.Yes, "people": n.People, "evidence": n.Pieces, "before": before.UTC()})
	}
	if a.cfg.Yes {
		a.println("dropped %s of %s; their states stay the same", "已清除 %[2]s 名员工的 %[1]s 条证据；其掌握状态不变", countEvidence(n.Pieces), countPeople(n.People))
		return nil
	}
	a.println("nothing was dropped: %s of %s are from before %s; to drop them, which cannot be undone, add --yes",
		"未清除任何证据：%[2]s 名员工有 %[1]s 条证据早于 %[3]s；清除后无法恢复，确认请加 --yes", countEvidence(n.Pieces), countPeople(n.People), before.Format(time.RFC3339))
	return nil
}

// checkRetention refuses to keep evidence for too short a time.
func (a *app) checkRetention() error {
	if days := a.cfg.EvidenceRetention; days > 0 && days < service.MinEvidenceDays {
		return a.invalidSetting("evidence-retention", "evidence cannot be dropped after %d days: give at least %d, or 0 to keep it for ever",
			"证据不能在 %d 天后清除：请填写至少 %d，或填写 0 表示永久保存", days, service.MinEvidenceDays)
	}
	return nil
}
