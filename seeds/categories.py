"""The category tree of DOMAIN.md 4.2, loaded with ``migrate``. Codes are stable and never reused."""

from dataclasses import dataclass

CLASSES = {
    "01": ("矛盾纠纷", "dispute"),
    "02": ("安全隐患", "safety_hazard"),
    "03": ("治安问题", "public_order"),
    "04": ("利益群体信访诉求", "group_claim"),
    "05": ("民生服务", "public_service"),
}

DISPUTES = """
0101 婚姻家庭 marriage_family 0101 村（社区）调委会，妇联协助
0102 邻里 neighbour 0102 村（社区）调委会
0103 房屋宅基地 house_homestead 0103 村（社区）、乡镇调委会，自然资源部门协助
0104 合同 contract 0104 乡镇调委会、诉调对接
0105 生产经营 business_operation 0105 乡镇调委会
0106 损害赔偿 injury_damage 0106 村（社区）、乡镇调委会
0107 山林土地 forest_land 0107 乡镇调委会，农业农村、林草部门协助
0108 征地拆迁 expropriation 0108 县级主管部门
0109 环境污染 pollution 0109 生态环境部门
0110 劳动争议 labour 0110 劳动调解组织、人社部门
0111 消费 consumer 0111 市场监管部门、消费者协会
0112 医疗 medical 0112 医疗纠纷调委会
0113 道路交通事故 traffic_accident 0113 道路交通事故调委会
0114 物业 property_management 0114 物业纠纷调委会，住建部门协助
0115 村务管理 village_affairs 0199 乡镇
0116 借贷债务 loan_debt 0104 乡镇调委会、诉调对接
0117 继承赡养 inheritance_support 0101 村（社区）调委会
0118 旅游 tourism 0199 旅游调解室
0119 金融保险 finance_insurance 0199 金融调解室
0120 电子商务与网络 e_commerce 0199 市场监管部门
0121 校园 school 0199 教育部门
0122 知识产权 intellectual_property 0199 知识产权调解组织
0123 建设工程与欠薪 construction_wage 0199 人社、住建部门
0124 涉侨涉台涉外 overseas_related 0199 侨联
0199 其他纠纷 other_dispute 0199 村（社区）调委会
"""
"""Code, name, slug, row of the ministry's 15-type table (so that it always sums to the total), default route."""

OTHERS = """
0201 消防 fire
0202 道路交通 road_traffic
0203 燃气 gas
0204 用电 electricity
0205 建筑施工 construction
0206 危险化学品与烟花爆竹 hazardous_chemicals
0207 食品药品 food_drug
0208 特种设备 special_equipment
0209 校园安全 school_safety
0210 地质灾害与防汛 geological_flood
0211 水域防溺水 drowning
0212 危旧房屋 dilapidated_house
0213 森林草原防火 wildfire
0214 矿山 mine
0215 公共设施破损 public_facility
0299 其他隐患 other_hazard
0301 打架斗殴 fighting
0302 盗窃 theft
0303 电信网络诈骗 telecom_fraud
0304 赌博 gambling
0305 涉毒 drugs
0306 家庭暴力 domestic_violence
0307 侵害未成年人 harm_to_minors
0308 扰乱公共秩序 public_disorder
0309 噪声扰民 noise_nuisance
0310 涉枪涉爆与危险物品 weapons_explosives
0311 非法集资与传销 illegal_fundraising
0312 毁坏财物 property_destruction
0399 其他治安问题 other_public_order
0401 欠薪 unpaid_wages
0402 征地补偿安置 land_compensation
0403 房地产交付与办证 housing_delivery
0404 涉众金融 mass_finance
0405 企业改制与社保 enterprise_reform
0406 教育 education
0407 医疗卫生 health_care
0408 环境邻避 environment_nimby
0409 农村集体资产 collective_assets
0410 物业与业委会 owners_committee
0411 行政执法 law_enforcement
0499 其他诉求 other_claim
0501 水电气暖 utilities
0502 环境卫生 sanitation
0503 停车 parking
0504 道路路灯 roads_lights
0505 困难救助 hardship_aid
0506 养老助残 elderly_disabled
0507 就业社保咨询 employment_advice
0508 证照代办 permits
0509 法律咨询与法律援助 legal_aid
0510 噪声油烟 noise_fumes
0511 宠物 pets
0512 网络通信 telecom_service
0599 其他服务 other_service
"""

WRITTEN_ONLY = {"0107", "0110", "0112"}
"""土地承包经营纠纷调解仲裁法 art.10, 劳动争议调解仲裁法 art.14, 医疗纠纷预防和处理条例 art.39 (DOMAIN.md 5.6)."""
NOT_CONFIRMABLE = {"0101", "0103", "0122"}
"""民诉法解释 art.355: status matters and confirming title are not confirmed (DOMAIN.md 5.3)."""
RESTRICTED = {"0306", "0307"}
SCREENS_VIOLENCE = {"0101", "0306"}
ARBITRATION_DAYS = {"0110": 15}


@dataclass(frozen=True)
class Entry:
    """One category as it is written to the table."""

    code: str
    name: str
    slug: str
    parent: str | None
    stat_code: str = ""
    default_route: str = ""

    @property
    def flags(self) -> dict[str, bool | int | None]:
        """The rules that hang on the category."""
        return {
            "is_written_only": self.code in WRITTEN_ONLY,
            "is_confirmable": self.code not in NOT_CONFIRMABLE,
            "is_restricted": self.code in RESTRICTED,
            "screens_violence": self.code in SCREENS_VIOLENCE,
            "arbitration_days": ARBITRATION_DAYS.get(self.code),
        }


def entries() -> list[Entry]:
    """Return classes first, then their subcategories."""
    found = [Entry(code, name, slug, None) for code, (name, slug) in CLASSES.items()]
    for line in DISPUTES.strip().splitlines():
        code, name, slug, stat_code, route = line.split(" ", 4)
        found.append(Entry(code, name, slug, code[:2], stat_code, route))
    for line in OTHERS.strip().splitlines():
        code, name, slug = line.split(" ")
        found.append(Entry(code, name, slug, code[:2]))
    return found
