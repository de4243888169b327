// A task is what a person wants to do, beginning on the page that opens after signing in, within
// a number of clicks (docs/tasks.md).
import type { Browser } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { type Language, type Role, Visit } from '../browser.ts'

// Where is where tasks are done: the server of a store, which all of them share. Alone is a store
// beside which there is no other.
export type Where = (() => { browser: Browser; url: string }) & { store: 'SQLite' | 'Neo4j'; byKeys: boolean; alone: boolean }

// onSQLiteAlone declares tests of what no store changes: the language, the keyboard, and what a
// page shows before anybody clicks. That both stores answer the same is tested in Go.
export function onSQLiteAlone(place: Where): typeof test.skip {
  return place.store === 'SQLite' ? test : test.skip
}

// Work does a task, and returns what is there after the page is loaded again, where something
// was written.
export type Work = (visit: Visit) => Promise<undefined | (() => Promise<unknown>)>

export type Task = (name: string, clicks: number, work: Work, language?: Language) => void

// taskOf returns how tasks of a person are declared. All that take a click are done by keyboard on
// SQLite, on a wide page, and by mouse on Neo4j, or where that is not there on SQLite too. How
// many keys a task takes is not counted.
export function taskOf(place: Where, who: Role, width = 1280): Task {
  return (name, clicks, work, language = 'zh-CN') => {
    const once = clicks === 0 || language === 'en'
    const declare = once ? (place.byKeys ? test.skip : onSQLiteAlone(place)) : place.byKeys || place.store === 'Neo4j' || place.alone ? test : test.skip
    declare(`${who}: ${name}`, async () => {
      const { browser, url } = place()
      const visit = await Visit.begin(browser, url, who, language, place.byKeys ? 1280 : width)
      onTestFinished(() => visit.end())
      await visit.open('/')
      visit.byKeys = place.byKeys
      const written = await work(visit)
      if (!place.byKeys) expect(visit.acts, 'clicks').toBe(clicks)
      if (written) {
        await visit.reload()
        await written()
      }
      expect(visit.faults).toEqual([])
    })
  }
}
