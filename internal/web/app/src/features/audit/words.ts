import { defineMessages } from '@/shared/format/messages.ts'

// The classes of permissions in words, in the order of docs/access.md.
export const useClassNames = defineMessages(
  {
    CATALOG: 'Read the catalog',
    ORG: 'Read departments',
    HISTORY: 'Read the history of the catalog',
    PEOPLE_LIST: 'List people',
    CARD: 'Read who somebody is',
    LEARNER: 'Read what people have mastered',
    AGGREGATE: 'Read figures about many people',
    EDIT_CATALOG: 'Edit the catalog',
    EDIT_RESOURCE: 'Edit resources',
    EDIT_POSITION: 'Edit positions',
    EDIT_PEOPLE: 'Edit people',
    EDIT_ORG: 'Edit departments',
    ASSESS: 'Enter a mastery',
    PLACE: 'Place by questions',
    RECORD: 'Record evidence',
    RETRACT: 'Retract evidence',
    IMPORT: 'Import files',
    UNMAPPED: 'See unassigned results',
    UNMAPPED_CONTENT: 'Read unassigned results',
    OWN_DATA: 'Use one’s own data',
    ERASE: 'Erase a person',
    AUDIT: 'Read the audit',
    METRICS: 'Read metrics',
    SCHEMA: 'Read the schema',
    ADMINISTER: 'Manage accounts and tokens',
    APPROVE: 'Say the second yes',
    ADMINISTER_OWN: 'Own account',
  },
  {
    CATALOG: '读取知识目录',
    ORG: '读取部门',
    HISTORY: '读取目录历史',
    PEOPLE_LIST: '查询人员名单',
    CARD: '查看人员基本信息',
    LEARNER: '读取人员掌握情况',
    AGGREGATE: '读取群体统计',
    EDIT_CATALOG: '维护知识目录',
    EDIT_RESOURCE: '维护学习资源',
    EDIT_POSITION: '维护岗位',
    EDIT_PEOPLE: '维护人员',
    EDIT_ORG: '维护部门',
    ASSESS: '录入掌握度',
    PLACE: '摸底测评',
    RECORD: '记录证据',
    RETRACT: '撤回证据',
    IMPORT: '导入文件',
    UNMAPPED: '查看未归属记录',
    UNMAPPED_CONTENT: '读取未归属记录内容',
    OWN_DATA: '使用本人数据',
    ERASE: '彻底清除个人信息',
    AUDIT: '读取审计记录',
    METRICS: '读取服务器指标',
    SCHEMA: '读取接口定义',
    ADMINISTER: '管理账号和令牌',
    APPROVE: '二次批准',
    ADMINISTER_OWN: '本人账号',
  },
)

export const classes = [
  'LEARNER',
  'AGGREGATE',
  'EDIT_PEOPLE',
  'EDIT_ORG',
  'EDIT_CATALOG',
  'EDIT_RESOURCE',
  'EDIT_POSITION',
  'ASSESS',
  'PLACE',
  'RECORD',
  'RETRACT',
  'IMPORT',
  'UNMAPPED_CONTENT',
  'OWN_DATA',
  'ERASE',
  'ADMINISTER',
  'APPROVE',
  'ADMINISTER_OWN',
  'AUDIT',
] as const

// useOutcomeNames has how an act ended, in words.
export const useOutcomeNames = defineMessages<Record<string, string>>(
  {
    OK: 'done',
    PERMISSION_DENIED: 'not permitted',
    NOT_FOUND: 'not found',
    INVALID_ARGUMENT: 'wrong input',
    CONFLICT: 'conflict',
    CYCLE: 'circle',
    UNAUTHENTICATED: 'not signed in',
    LIMIT_EXCEEDED: 'too many attempts',
    UNAVAILABLE: 'store unavailable',
    INTERNAL: 'server fault',
  },
  {
    OK: '完成',
    PERMISSION_DENIED: '无权限',
    NOT_FOUND: '未找到',
    INVALID_ARGUMENT: '输入有误',
    CONFLICT: '冲突',
    CYCLE: '形成环路',
    UNAUTHENTICATED: '未登录',
    LIMIT_EXCEEDED: '尝试过多',
    UNAVAILABLE: '数据库不可用',
    INTERNAL: '服务器出错',
  },
)

export const outcomes = ['OK', 'PERMISSION_DENIED', 'NOT_FOUND', 'INVALID_ARGUMENT', 'CONFLICT', 'UNAUTHENTICATED'] as const

export function useOutcomeText(): (outcome: string) => string {
  const t = useOutcomeNames()
  return (outcome) => t[outcome] ?? outcome
}

// useQuestionNames has what was asked about more people than are named. What has no words here
// stays as it is.
export const useQuestionNames = defineMessages<Record<string, string>>(
  {
    candidates: 'candidates',
    teamGaps: 'heat map',
    unblocking: 'who to train first',
    reviewsDue: 'reviews due',
    trainingSet: 'plan of a training',
    insight: 'insight',
    risks: 'risks',
    everyone: 'everyone',
    'change set': 'several at once',
  },
  {
    candidates: '候选人',
    teamGaps: '能力热力图',
    unblocking: '优先培训谁',
    reviewsDue: '到期复习',
    trainingSet: '培训组合',
    insight: '洞察',
    risks: '单点风险',
    everyone: '全部人员',
    'change set': '批量修改',
  },
)
