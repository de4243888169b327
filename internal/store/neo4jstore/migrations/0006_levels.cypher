// The search keys of people are written again, with pinyin: see goMigrations.
