"""What people's words around a place name say: is it the district, or an everyday word, a brand, a dish, a road."""

from __future__ import annotations

import re
from pathlib import Path


def _sections() -> dict[str, frozenset[str]]:
    """The words of ``everyday.txt`` by section."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("everyday.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.extend(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_EVERYDAY = _sections()
EVERYDAY = _EVERYDAY["districts"]
"""Districts' short names (without 区) that alone tell nothing."""
EVERYDAY_CITIES = _EVERYDAY["cities"]
"""The same of cities: these count only with 市."""
NOUN_NAMES = _EVERYDAY["nouns"]
"""Full names of districts that are also plain nouns."""

_DISTRICT_OF = "(?:域|间|块|别|隔|划|分布|位|号楼|座)"
AFTER_FULL = re.compile(_DISTRICT_OF)
"""Right after 朝阳区: a word that is no district (区域, 区间)."""

_DIRECTION = re.compile(
    r"[广山陕城粤鲁浙以川湘鄂豫滇桂闽皖赣苏冀黔晋陇鲁辽渝沪云湖济岭渭淮越华中东西][东西南北]$|(?:江|河|海)[西南北东]$"
)
_LAND = frozenset(("山区", "城区", "郊区", "矿区", "港区", "湖区", "库区", "林区", "牧区"))


def is_land(before: str, name: str) -> bool:
    """Whether ``name`` is cut out of a phrase such as 云南山区 or 广东城区."""
    return name[1:] in _LAND and _DIRECTION.search(before[-1:] + name[0]) is not None and before[-1:] != ""


# A short name, then: an office, or the people and buildings of a district.
OFFICE = re.compile(
    r"(?:区?警方|公安|民警|交警|巡警|特警|派出所|分局|法院|法庭|检察|检方|消防|城管|区委|政府|政务|纪委|监委|教育局|教委|环保|生态环境|住建|房管|"
    r"市场监管|市监|工商|税务|国税|地税|人社|社保|医保|卫健|卫生|疾控|民政|司法|应急|文旅|融媒|发布|供电|供水|水务|交管|支队|大队|管委会|人大|"
    r"政协|区政|团委|妇联|残联|征收|拆迁|规自|规划分局|规划局|规划和|(?:全境|全区|辖区|籍|本地|本土)|分公司|支行|分行|营业部|校区|"
    r"区?(?:人民|中心|中医|妇幼|第[一二三]|儿童)\S{0,4}医院|医院|体育中心|体育馆|图书馆|文化馆|政务中心|开发区|经开区|高新区)"
)
PEOPLE = re.compile(
    r"(?:的)?(?:一|某|多|两|三|几|\d)?(?:个|名|位|处|家|对)?(?:居民|业主|市民|群众|百姓|村民|街坊|网友|小区|楼盘|房价|房子|二手房|学区|家长|"
    r"男子|女子|老人|工地|超市|商场|菜市场|餐馆|饭店|公寓|租房|社区医院|社区卫生|老旧小区|停水|停电|停气|堵车|暴雨|积水|下雨|下雪|封控|拆迁|"
    r"地铁|公交|学校|小学|中学|幼儿园|这边|那边|这里|那里|一带|附近|片区|地界|境内|各街道|多个街道|租|买房|上班|户籍|户口|区)"
)
LIVES = re.compile(r"(?:住在?|家在|家住|位于|在|到|来到?|去|回|搬到|搬去|离开|的|是|整个|咱们?|我们|我|大)$")
ENDS = re.compile(r"(?:[，。、！？；,.!?;\s）)”\"]|$|的|有|又|也|和|与|都|今天|昨天|最近|已经|没有)")
NOT_SHORT = re.compile(
    r"(?:产业|行业|事业|企业|工业|门外?|湖|山|江(?!区)|河|寺|塔|镇|乡|村|屯|市|县|州|街道|社区(?!医|卫)|龙井|醋鱼|藕粉|大学|学院|出版|书社|书院|汽车|轮胎|集团|"
    r"股份|控股|科技|银行|证券|基金|书店|社(?!区|保|会)|网(?!友)|人寿|保险|俱乐部|队|杯|下(?!雨|雪|班|辖|水)|般|似|初升|升起|时代|年代|共处|主义|统一|"
    r"解决|谈判|发展|协议|相处|鸽|奖|使者|花园|花|牌|路|大?街|大道|巷|胡同|桥|北路|里|号|码头|古镇|景区|风景|公园|广场|国际|酒店|宾馆|[东西南北]路|中路|"
    r"轻骑|长|烤鸭|牛肉|鱼|茶|酒|烟|米粉|电影|剧院|电视剧|英雄|战役|起义|饭局|诗|边|畔|中学生|演义|传|论剑|风|"
    r"初上|灿烂|沟|岭|峰|岛|港|湾|坝|水库|站$|站(?!台|点))"
)
BRAND = re.compile(r"(?:股份|控股|集团|银行|证券|基金|期货|人寿|保险|大学|学院|汽车|牌|科技股)")
ROAD = re.compile(r"(?:[东西南北中一二三四五前后]{0,2}(?:路|街(?!道)|大街|大道|巷|胡同|弄|桥)|高速|铁路|线)")
DISH = re.compile(
    r"(?:拉面|烤鸭|火锅|小面|热干面|板鸭|米粉|小吃|臭豆腐|大盘鸡|烧烤|菜馆|菜系|小笼|生煎|包子|煎饼|凉皮|肉夹馍|牛肉面|盐水鸭|龙井|"
    r"银行|证券|航空|汽车|大厦|饭店|酒店|宾馆|酒家|集团|人寿|啤酒|卫视|同仁堂|时间|大学|堂|滩|户口本|话|腔)"
)
SCENIC = re.compile(
    r"(?:游|景|湖面|湖水|湖边|划船|断桥|苏堤|白堤|雷峰塔|三潭|荷花|龙井|诗|泛舟|印月|风光|音乐喷泉|登山|"
    r"爬山|山顶|夜景)"
)
FEATURE = frozenset("湖山江河海塔楼台门桥城港岛园林泉潭溪滨谷峰")
NEW_TOWN = re.compile(
    r"(?:建设|打造|开发|规划|老城|旧城|老区|扩|向|座|片|个|处|的|往|搬[到迁]|迁[到入至]|整个|各|现代化|美丽|宜居|生态|高标准|滨江|江北|城[东西南北]|"
    r"雄安|产城|这|那|为|成|从|推进|加快|一|主|老|县|镇|拉开|把)$"
)
NEW_TOWN_AFTER = re.compile(
    r"(?:的?(?:建设(?!局|路)|规划(?!局)|开发|面积|框架|改造|拔地|崛起|和老|与老|、老|绿化|路网|基础设施|选址|内|已|初具|入住|楼))"
)
"""Before and after 新城区, where it is a part of some town and no district."""

_TRADITIONAL = (
    "區区縣县鎮镇鄉乡陽阳樓楼東东嶽岳長长廣广灣湾龍龙門门寧宁慶庆濟济漢汉蘇苏無无錫锡臺台雲云貴贵陝陕爾尔濱滨瀋沈遼辽連连鐵铁錦锦營营岡冈"
    "號号橋桥蕭萧餘余莊庄鄭郑許许開开鄧邓蘭兰馬马鳳凤閩闽黃黄蕪芜華华關关農农靜静寶宝韓韩豐丰順顺興兴懷怀頭头淺浅滬沪溝沟薊蓟園园場场湯汤鹽盐鎮镇"
    "義义紹绍舊旧師师圍围羅罗嶺岭瀘泸樂乐資资遂遂綿绵達达納纳麗丽臨临澤泽運运呂吕陰阴銅铜欽钦賀贺貝贝體体"
)
_FOLD = {ord(t): s for t, s in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
_FOLDED = re.compile("[區縣鎮鄉東陽樓門廣龍華灣]")


def simplified(text: str) -> str:
    """``text`` with the Traditional characters of place names made simplified, character for character."""
    return text.translate(_FOLD) if _FOLDED.search(text) else text
