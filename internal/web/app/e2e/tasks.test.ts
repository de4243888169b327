// What people do in their first week (docs/tasks.md), in a real browser on both stores: by
// keyboard alone on SQLite, and by mouse, with its clicks counted, on Neo4j.
import { spawnSync } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { launch } from './browser.ts'
import { type Program, start, startNeo4j } from './program.ts'
import { employeeTasks } from './tasks/employee.ts'
import { hrTasks } from './tasks/hr.ts'
import { importTasks } from './tasks/imports.ts'
import { keyboardTasks } from './tasks/keyboard.ts'
import { liveUpdates } from './tasks/live.ts'
import { adminTasks, auditorTasks, expertTasks } from './tasks/others.ts'
import { managerTasks, trainerTasks } from './tasks/team.ts'

const missing = ['java', 'mvn'].filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
const stores = [
  { store: 'SQLite' as const, byKeys: false, without: [] as string[] },
  { store: 'SQLite' as const, byKeys: true, without: [] as string[] },
  { store: 'Neo4j' as const, byKeys: false, without: process.env.CI === 'true' ? [] : missing },
]

for (const { store, byKeys, without } of stores) {
  const where = `on ${store}${byKeys ? ', by keyboard alone' : ''}`
  describe.skipIf(without.length > 0)(without.length > 0 ? `${where}: skipped, for ${without.join(' and ')} is not installed` : where, () => {
    let browser: Browser
    let program: Program
    let neo4j: { store: string; stop: () => Promise<void> } | undefined
    beforeAll(async () => {
      browser = await launch()
      if (store === 'Neo4j') neo4j = await startNeo4j()
      program = await start(neo4j ? ['--demo', '--store', neo4j.store] : ['--demo'], 0, { ZHITU_AUDIT_KEY: 'e2'.repeat(32) })
    })
    afterAll(async () => {
      await browser?.close()
      await program?.stop()
      await neo4j?.stop()
    })
    const place = Object.assign(() => ({ browser, url: program.url }), { store, byKeys, alone: missing.length > 0 })
    employeeTasks(place)
    managerTasks(place)
    trainerTasks(place)
    hrTasks(place)
    expertTasks(place)
    auditorTasks(place)
    adminTasks(place)
    importTasks(place)
    if (byKeys) keyboardTasks(place)
    else liveUpdates(place)
  })
}
