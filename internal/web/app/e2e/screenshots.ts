// Takes pictures of every page as those who use it most, at four widths in both languages:
//
//   make screenshots
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { type Language, launch, type Role, Visit } from './browser.ts'
import { start } from './program.ts'

const pages: [Role, string, string][] = [
  ['employee', 'my-learning', '/learning'],
  ['employee', 'gap', '/learning?view=gap'],
  ['employee', 'map', '/learning?view=map'],
  ['employee', 'evidence', '/learning?view=evidence'],
  ['employee', 'privacy', '/learning?view=privacy'],
  ['employee', 'account', '/account'],
  ['hr', 'team', '/team?position=POS-DA'],
  ['hr', 'person', '/people/E012?position=POS-DA'],
  ['hr', 'talent', '/talent?position=POS-DA'],
  ['hr', 'insight', '/insight'],
  ['hr', 'people', '/people'],
  ['hr', 'approvals', '/approvals'],
  ['hr', 'intake', '/intake'],
  ['expert', 'positions', '/positions'],
  ['expert', 'position', '/positions/POS-DA'],
  ['expert', 'catalog', '/catalog'],
  ['expert', 'point', '/catalog/points/K-SQL-JOIN'],
  ['auditor', 'audit', '/audit'],
  ['admin', 'administration', '/administration'],
]

test('take pictures of all pages', { timeout: 30 * 60_000 }, async () => {
  const folder = process.env.SCREENSHOTS as string
  mkdirSync(folder, { recursive: true })
  const browser = await launch()
  const program = await start(['--demo'])
  try {
    for (const language of ['zh-CN', 'en'] satisfies Language[]) {
      for (const role of new Set(pages.map(([role]) => role))) {
        const visit = await Visit.begin(browser, program.url, role, language)
        for (const [, name, path] of pages.filter(([of]) => of === role)) {
          await visit.open(path)
          for (const width of [390, 768, 1280, 1920]) {
            await visit.page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
            await visit.page.screenshot({ path: join(folder, `${name}-${width}-${language}.png`), fullPage: true })
          }
        }
        await visit.end()
      }
    }
  } finally {
    await browser.close()
    await program.stop()
  }
})
