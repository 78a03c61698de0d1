"""What every key of the configuration is called in Chinese: for the settings page and whoever reads it there."""

from __future__ import annotations

from functools import cache

from monitor.settings.words_desk import WORDS as DESK

_WORDS = """
service 服务
service.data 数据文件夹
service.secret 记录编号与登录的密钥
service.store 数据库
service.store.engine 数据库种类
service.store.path SQLite 文件
service.store.url Elasticsearch 地址
service.store.prefix 索引名开头
service.store.user 数据库用户
service.store.password 数据库密码
service.store.api_key 数据库 API 密钥
service.store.ca_file 数据库证书文件
service.store.timeout_s 数据库超时（秒）
service.spool 暂存
service.spool.path 暂存文件
service.spool.max_mb 暂存上限（MB）
service.crawl 采集
service.crawl.contact 采集联系方式
service.crawl.concurrency 同时采集页数
service.crawl.per_site 每个网站同时几页
service.crawl.delay_s 同一网站两次请求间隔（秒）
service.crawl.timeout_s 页面超时（秒）
service.crawl.max_bytes 页面大小上限（字节）
service.crawl.max_pages 一次最多几页
service.crawl.run_limit_s 一次最长时间（秒）
service.http 网页服务
service.http.host 监听地址
service.http.port 监听端口
service.http.threads 线程数
service.http.public_url 对外网址
service.http.session_hours 登录有效时间（小时）
service.http.secure_cookie 只用 HTTPS 传登录标记
service.http.connections 同时连接数
service.http.allowed_hosts 可用的网址域名
service.http.trusted_proxies 信任的反向代理
service.http.cors_origins 允许跨站读取的网站
service.http.idle_min 多久不操作须重新登录（分钟）
service.http.rate 请求频率
service.http.rate.caller_per_min 每个用户每分钟
service.http.rate.stranger_per_min 未登录每个地址每分钟
service.http.rate.burst 可一次连发
service.http.header_sign_in 由代理登录
service.http.header_sign_in.user_header 用户名的请求头
service.http.header_sign_in.groups_header 用户组的请求头
service.http.header_sign_in.roles 用户组对应的角色
service.http.header_sign_in.default_role 其他用户的角色
service.retention 保留
service.retention.post_days 帖文文字保留天数
service.analysis 分析
service.analysis.sentiment 情感引擎
service.analysis.late_days 最多收多少天前的内容
service.smtp 邮件服务器
service.smtp.host 服务器
service.smtp.port 端口
service.smtp.security 加密方式
service.smtp.user 用户
service.smtp.password 密码
service.smtp.sender 发件人
service.smtp.ca_file 证书文件
service.smtp.timeout_s 超时（秒）
service.schedule 定时任务
service.schedule.tick_s 规则计算间隔（秒）
service.schedule.brief_at 专报签发时刻
service.schedule.prune_at 清理时刻
service.log 日志
service.log.level 记录到哪一级
service.log.style 格式
service.public 公开说明
service.public.contact 联系方式
service.public.complaint 投诉方式
service.public.basis 依据
service.public.answer_days 几天内答复
district 本区
district.name 名称
district.city 所属市
district.province 所属省
district.adcode 行政区划代码
district.aliases 别名
district.places 街道、镇
district.places.name 名称
district.places.kind 种类
district.places.aliases 别名
district.places.landmarks 地标
district.siblings 同市其他区县
district.not_this 含区名而不是本区的词
sources 信源
sources.source 信源
sources.source.id 编号
sources.source.name 名称
sources.source.kind 种类
sources.source.adapter 读取方式
sources.source.url 网址
sources.source.outlet 媒体
sources.source.city 所在城市
sources.source.purpose 采集目的
sources.source.trusted 全部内容与本区有关
sources.source.local 内部网站
sources.source.enabled 启用
sources.source.interval_min 采集间隔（分钟）
sources.source.fastest_min 最短采集间隔（分钟）
sources.source.slowest_min 最长采集间隔（分钟）
sources.source.drop 投放文件夹
sources.source.drop_keep_days 投放文件导入后保留天数
sources.source.delay_s 请求间隔（秒）
sources.source.follow 读取每条的原页
sources.source.list 列表页规则
sources.source.list.link 链接选择器
sources.source.list.next 下一页选择器
sources.source.list.pages 最多几页列表
sources.source.list.head 头条选择器
sources.source.list.ignore 忽略的网址参数
sources.source.page 内容页规则
sources.source.page.title 标题选择器
sources.source.page.text 正文选择器
sources.source.page.time 时间选择器
sources.source.page.category 类别选择器
sources.source.page.reply 答复选择器
sources.source.page.reply_time 答复时间选择器
sources.source.page.department 部门选择器
sources.source.page.status 办理状态选择器
sources.source.page.pages 一个主题最多再读几页
sources.source.api 数据接口字段
sources.source.api.items 列表字段
sources.source.api.id 编号字段
sources.source.api.title 标题字段
sources.source.api.text 正文字段
sources.source.api.time 时间字段
sources.source.api.url 网址字段
sources.source.api.url_template 网址模板
sources.source.api.category 类别字段
sources.source.api.outlet 媒体字段
sources.source.api.rank 名次字段
sources.source.api.reply 答复字段
sources.source.api.reply_time 答复时间字段
sources.source.api.department 部门字段
sources.source.api.status 办理状态字段
sources.source.api.next 下一页字段
sources.source.api.cursor_param 游标参数
sources.source.api.page_param 页码参数
sources.source.api.page_first 首页页码
sources.source.api.page_step 每页递增
sources.source.paper 电子报
sources.source.paper.issue 每期头版的网址
sources.source.paper.days 读最近几天的报纸
sources.source.columns 导入文件的列
sources.source.columns.key 编号列
sources.source.columns.title 标题列
sources.source.columns.text 正文列
sources.source.columns.time 时间列
sources.source.columns.url 网址列
sources.source.columns.category 类别列
sources.source.columns.reply 答复列
sources.source.columns.reply_time 答复时间列
sources.source.columns.department 部门列
sources.source.columns.street 街道列
topics 专题
topics.topic 专题
topics.topic.name 名称
topics.topic.official 官方分类
topics.topic.department 主管部门
topics.topic.terms 词语
topics.topic.not_terms 排除的词语
"""
_VALUES = """
daily 每日
weekly 每周
monthly 每月
topic 专题
watch 重点时段
reader 阅览
duty 值班
admin 管理
sqlite SQLite（单机）
elastic Elasticsearch
memory 内存（不保存）
linear 线性模型
e5 e5 编码器
snow SnowNLP
none 不加密
starttls STARTTLS
tls TLS
street 街道
town 镇、乡
news 新闻
official 政务发布
board 留言
post 公开帖文
hotlist 热榜
rss RSS/Atom
html 网页
json 数据接口
sitemap 站点地图
import 文件导入
email 邮件
wecom 企业微信
dingtalk 钉钉
feishu 飞书
webhook Webhook
log 只记日志
hour 每小时
day 每日
"""


def word(path: str) -> str:
    """The Chinese name of a key such as ``service.http.port`` (list items without their number); "" if it has none."""
    return _table(_WORDS).get(path) or _table(DESK).get(path, "")


def value_word(value: str) -> str:
    """A choice such as ``sqlite`` in words; the value itself where it is plain already."""
    return _table(_VALUES).get(value, value)


@cache
def _table(text: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in text.strip().split("\n"))
