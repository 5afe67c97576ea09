"""Drop a rule, and its case must notice.

For each rule, bound, yes-or-no decision and cost term of the program, `CASES` names a test with a sum on paper in
which it
binds. The program is built without it, the auditor looks away, and the test's expectation must fail. A rule without
a case fails
`test_every_rule_has_a_case`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import partial
from types import ModuleType

import pytest
import test_balance
import test_contracts
import test_costs
import test_counts
import test_dealings
import test_demand
import test_drawback
import test_environment
import test_futures
import test_incentives
import test_incumbents
import test_investment
import test_lead_times
import test_movement
import test_packages
import test_partnerships
import test_plants
import test_policy_limits
import test_quotas
import test_ranking
import test_rebates
import test_returns
import test_risk_limits
import test_settled
import test_stock
import test_supply
import test_surplus
import test_tiers
import test_trust
import test_years
from cases import case

import models
from models import costs
from models.algebra import constrain, decide, total
from models.build import build
from planner.errors import PlannerError
from planner.translate import translate

AT_MOST, WHOLE, COST = " (at most)", " (yes or no)", " (cost)"

CASES = {
    # supply
    "offer_maximum": test_supply.test_no_more_is_bought_than_a_supplier_has,
    "first_order": test_lead_times.test_the_first_order_leaves_its_lead_time_of_the_first_year_empty,
    "extra_needs_agreement": test_partnerships.test_an_agreement_adds_to_an_offer,
    "restored_at_most": test_trust.test_agreements_together_restore_no_more_than_is_withheld,
    "extra_needs_qualification": test_years.test_what_a_partnership_adds_waits_for_the_qualification,
    "order_maximum": test_supply.test_an_offer_with_a_minimum_order_still_has_its_maximum,
    "order_minimum": test_supply.test_an_order_is_at_least_the_suppliers_minimum,
    "order" + WHOLE: test_supply.test_an_order_is_at_least_the_suppliers_minimum,
    "qualified_supplier": test_supply.test_goods_are_bought_only_once_their_supplier_is_qualified,
    "qualified_once": test_supply.test_a_supplier_is_qualified_once,
    "qualify" + WHOLE: test_supply.test_a_supplier_is_qualified_as_a_whole,
    # tiers
    "band_width": test_tiers.test_a_dearer_slice_begins_where_the_cheaper_one_is_full,
    "band_reached": test_tiers.test_a_cheaper_slice_is_reached_through_the_dearer_one,
    "band_below_full": test_tiers.test_a_cheaper_slice_is_reached_through_the_dearer_one,
    "reach" + WHOLE: test_tiers.test_a_cheaper_slice_is_not_half_reached,
    "band_upper_end": test_tiers.test_a_price_for_all_units_ends_where_the_next_begins,
    "band_lower_end": test_tiers.test_a_price_for_all_units_must_be_reached,
    "one_band": test_tiers.test_a_price_for_all_units_ends_where_the_next_begins,
    "choose" + WHOLE: test_tiers.test_a_price_for_all_units_must_be_reached,
    # contracts
    "signed_once": test_contracts.test_a_contract_is_signed_once,
    "sign" + WHOLE: test_contracts.test_a_contract_is_signed_as_a_whole_or_not_at_all,
    "largest_volume": test_contracts.test_a_contract_is_signed_up_to_its_largest_volume,
    "smallest_volume": test_contracts.test_what_was_agreed_is_paid_though_it_is_not_taken,
    "lifted_within_volume": test_contracts.test_a_contract_is_signed_up_to_its_largest_volume,
    "take_or_pay": test_contracts.test_what_was_agreed_is_paid_though_it_is_not_taken,
    "make_up_is_lifted": test_contracts.test_tons_paid_for_do_not_wait_by_being_paid_for_again,
    "make_up_was_paid": test_contracts.test_what_was_paid_and_not_taken_is_taken_the_next_year,
    "forfeited_underlift": test_contracts.test_nothing_is_paid_for_in_advance,
    "no_more_than_owed": test_contracts.test_nothing_is_paid_for_in_advance,
    "underlift" + WHOLE: test_contracts.test_nothing_is_paid_for_in_advance,
    # quotas and what a partner waives
    "part_of_flow": test_quotas.test_no_more_is_inside_a_quota_than_comes,
    "quota_amount": test_quotas.test_the_duty_is_lower_inside_a_quota,
    "nothing_over_quota": test_quotas.test_nothing_comes_over_an_absolute_quota,
    "relief_needs_agreement": test_partnerships.test_an_agreement_waives_its_share_of_a_duty,
    # partnerships
    "joined_once": test_partnerships.test_an_agreement_is_entered_once,
    "join" + WHOLE: test_partnerships.test_an_agreement_is_entered_as_a_whole_or_not_at_all,
    "partner_offer": test_partnerships.test_an_agreement_opens_an_offer,
    "partner_extra": test_years.test_what_a_partnership_adds_waits_for_the_agreement_that_opens_the_offer,
    "partner_facility_at_first": test_years.test_a_plant_runs_for_the_years_left_once_its_agreement_is_in_force,
    "partner_facility": test_partnerships.test_an_agreement_gives_access_to_a_plant,
    "partner_build": test_partnerships.test_an_agreement_gives_access_to_an_investment,
    # incentives
    "grant_share": test_incentives.test_a_grant_pays_its_share_of_the_capex,
    "support_for_output": test_incentives.test_a_credit_pays_for_what_is_made,
    "incentive_cap": test_incentives.test_a_grant_pays_no_more_than_its_cap,
    # movement
    "lane_maximum": test_movement.test_a_lane_carries_no_more_than_its_maximum,
    "lane_opened": test_movement.test_a_lane_that_is_used_carries_its_minimum,
    "lane_in_bands": test_movement.test_freight_goes_by_what_a_lane_carries,
    "lane_minimum_charge": test_movement.test_a_minimum_charge_is_paid_where_freight_is_less,
    "lane_minimum": test_movement.test_a_lane_that_is_used_carries_its_minimum,
    "use_lane" + WHOLE: test_movement.test_a_lane_that_is_used_carries_its_minimum,
    # investment
    "largest_size": test_investment.test_capacity_is_built_no_larger_than_its_option,
    "smallest_size": test_investment.test_an_option_begun_has_at_least_its_smallest_size,
    "built_at_most": test_investment.test_an_option_is_begun_once_unless_it_says_more,
    "exclusive_options": test_investment.test_of_options_that_exclude_each_other_one_is_begun,
    "required_option": test_investment.test_an_option_waits_for_the_one_it_requires,
    "build" + WHOLE: test_investment.test_an_option_is_begun_as_a_whole_or_not_at_all,
    # plants
    "facility_capacity": test_plants.test_a_plant_makes_no_more_than_its_capacity,
    "minimum_utilisation": test_plants.test_a_plant_that_cannot_idle_runs_at_its_minimum,
    "closed_once": test_plants.test_a_plant_is_closed_once,
    "close" + WHOLE: test_plants.test_a_plant_is_closed_as_a_whole,
    # demand
    "need_is_met": test_demand.test_a_need_is_met_though_it_costs,
    "short" + AT_MOST: test_demand.test_no_more_goes_short_than_is_allowed,
    "substitute_share": test_demand.test_a_substitute_serves_no_more_than_its_share,
    # returns
    "collection_maximum": test_returns.test_only_the_reachable_share_is_collected,
    "collection_minimum": test_returns.test_a_take_back_duty_is_met_though_it_costs,
    # stock
    "opening_stock": test_stock.test_what_was_in_stock_before_need_not_be_bought,
    "stock_room": test_stock.test_a_stockpile_holds_no_more_than_its_room,
    "stock_cover": test_stock.test_safety_stock_covers_days_of_use,
    "stock_reserve": test_stock.test_the_reserve_is_there_at_the_end_of_every_period,
    # surplus and balance
    "sell" + AT_MOST: test_surplus.test_a_market_takes_no_more_than_it_can,
    "output_leaves": test_balance.test_what_is_made_must_go_somewhere,
    "material_balance": test_balance.test_what_a_recipe_takes_must_be_bought,
    "sales_are_own_make": test_balance.test_own_output_may_be_sold_while_others_goods_serve_the_need,
    # limits
    "limit_at_most": test_policy_limits.test_a_country_supplies_no_more_than_its_share,
    "limit_at_least": test_policy_limits.test_a_supplier_supplies_at_least_its_share,
    "limit_equal": test_policy_limits.test_a_limit_may_say_exactly_how_much,
    "counted_if_used": test_policy_limits.test_no_more_suppliers_are_used_than_allowed,
    "used_if_counted": test_policy_limits.test_a_supplier_counts_from_a_ton_on_where_so_many_are_asked_for,
    "share_if_counted": test_counts.test_each_of_two_suppliers_brings_its_share_of_what_is_bought,
    "counted_if_above_share": test_counts.test_at_most_so_many_suppliers_have_more_than_a_share,
    "counted_if_above_tons": test_counts.test_at_most_so_many_suppliers_have_more_than_tons,
    "counted_if_above_both": test_counts.test_at_most_so_many_suppliers_have_more_than_a_share_and_more_than_tons,
    "small_if_within_tons": test_counts.test_at_most_so_many_suppliers_have_more_than_a_share_and_more_than_tons,
    "small" + WHOLE: test_counts.test_at_most_so_many_suppliers_have_more_than_a_share_and_more_than_tons,
    "counted_if_built": test_policy_limits.test_no_more_plants_are_open_than_allowed,
    "counted_unless_closed": test_policy_limits.test_a_plant_is_open_until_it_is_closed,
    "counted" + WHOLE: test_policy_limits.test_a_supplier_is_used_or_not,
    "supply_by_origin": test_policy_limits.test_concentration_is_bounded_by_its_squares,
    "drawback_on_what_leaves": test_drawback.test_duty_comes_back_on_what_leaves_at_most,
    "bought_if_dealt": test_dealings.test_a_supplier_that_costs_more_to_deal_with_than_it_saves_is_left_out,
    "deal" + WHOLE: test_dealings.test_a_supplier_is_not_dealt_with_by_half,
    "total_in_bands": test_rebates.test_more_is_bought_and_thrown_away_to_reach_a_rebate,
    "rebates" + COST: test_rebates.test_more_is_bought_and_thrown_away_to_reach_a_rebate,
    "ranking" + COST: partial(test_ranking.test_a_malus_moves_the_order_and_costs_nothing, 11_000, "Lynas"),
    "forced_to_begin": test_settled.test_a_forced_contract_is_signed_in_every_future,
    "forced_to_use": test_settled.test_of_a_forced_supplier_a_ton_is_bought_over_the_years_of_every_future,
    "forbidden_to_begin": test_settled.test_a_forbidden_supplier_is_not_qualified_to_be_counted,
    "forbidden_to_use": test_settled.test_what_is_forbidden_is_neither_begun_nor_used,
    "award_stays": test_incumbents.test_a_share_of_todays_award_stays,
    "left_once": test_incumbents.test_who_was_left_is_not_left_again,
    "leave" + WHOLE: test_incumbents.test_an_incumbent_is_not_left_by_half,
    "whole_lots": test_packages.test_goods_are_bought_in_whole_lots,
    "lots" + WHOLE: test_packages.test_a_lot_too_much_is_bought_and_thrown_away_where_that_pays,
    "only_with": test_packages.test_an_offer_is_bought_only_with_another,
    "hhi_of_one": test_policy_limits.test_the_relaxation_knows_that_no_country_alone_exceeds_the_root_of_the_hhi,
    # futures
    "destination_maximum": test_futures.test_what_is_forbidden_to_one_destination_may_go_to_another,
    "cost_of_node": test_futures.test_a_weight_on_the_dear_half_of_futures_buys_safety,
    "cost_in_tail": test_futures.test_a_weight_on_the_dear_half_of_futures_buys_safety,
    "loss_of_node": test_risk_limits.test_the_tail_of_losses_is_bounded,
    "loss_in_tail": test_risk_limits.test_the_tail_of_losses_is_bounded,
    "dearest_future": test_futures.test_at_the_highest_level_the_dearest_future_counts,
    # costs
    **{row[0] + COST: partial(test_costs.test_a_term_is_what_its_tons_cost_and_is_discounted, *row)
       for row in test_costs.TERMS_IN_CASES},
    "contracts" + COST: test_contracts.test_a_contract_is_signed_up_to_its_largest_volume,
    "signing" + COST: test_contracts.test_a_contract_is_signed_up_to_its_largest_volume,
    "lump_sums" + COST: test_contracts.test_a_bonus_brings_a_contract_that_is_dearer_than_the_spot_price,
    "switching" + COST: test_incumbents.test_an_incumbent_stays_where_leaving_costs_more,
    "setups" + COST: test_dealings.test_a_supplier_that_costs_more_to_deal_with_than_it_saves_is_left_out,
    "joining" + COST: test_partnerships.test_an_agreement_opens_an_offer,
    "partnerships" + COST: test_partnerships.test_an_agreement_opens_an_offer,
    "grants" + COST: test_incentives.test_a_grant_pays_its_share_of_the_capex,
    "production_support" + COST: test_incentives.test_a_credit_pays_for_what_is_made,
    "closure" + COST: test_plants.test_an_idle_plant_is_closed_where_that_saves_its_fixed_cost,
    "substitution" + COST: test_demand.test_a_substitute_serves_no_more_than_its_share,
    "environment" + COST: test_environment.test_co2_of_goods_and_of_their_way_is_charged,
    "penalties" + COST: test_policy_limits.test_a_limit_with_a_price_is_missed_where_that_is_cheaper,
    "exposure" + COST: test_environment.test_a_price_on_exposure_moves_the_order_and_leaves_the_costs_as_they_are,
}  # fmt: skip


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"models.{module.name}") for module in pkgutil.iter_modules(models.__path__)]


def _say_instead(monkeypatch, word, instead):
    """Give a word of the program another meaning, wherever it is used."""
    for module in _modules():
        if hasattr(module, word):
            monkeypatch.setattr(module, word, instead)


def _build_without(monkeypatch, dropped, built=None):
    """Build every program without the rule, bound or term of this name; note in `built` the name of each."""
    built = set() if built is None else built

    def constrain_others(model, data, rule, over):
        built.add(rule.__name__)
        constrain(model, data, rule, over=() if rule.__name__ == dropped else over)

    def decide_freely(model, name, over, upper=None, lower=None, binary=False, whole=False, **more):
        built.update([name + AT_MOST] if upper is not None and not whole else [])
        built.update([name + WHOLE] if binary or whole else [])
        if name + WHOLE == dropped and whole:
            return decide(model, name, over, upper=upper, lower=lower, **more)
        upper = None if name + AT_MOST == dropped else upper
        if name + WHOLE == dropped:
            return decide(model, name, over, upper=dict.fromkeys(over, 1.0), lower=lower, **more)
        return decide(model, name, over, upper=upper, lower=lower, binary=binary, whole=whole, **more)

    def name_others(model, data, term, over, once):
        built.add(term.__name__ + COST)
        name_term(model, data, _nothing(term) if term.__name__ + COST == dropped else term, over, once)

    name_term = costs._name
    _say_instead(monkeypatch, "constrain", constrain_others)
    _say_instead(monkeypatch, "decide", decide_freely)
    monkeypatch.setattr(costs, "_name", name_others)


def _nothing(term):
    """A cost term that is always zero."""

    def nothing(model, data, *index):
        return total()

    nothing.__name__ = term.__name__
    return nothing


def test_every_rule_has_a_case(monkeypatch):
    """What the program is built of, and what stands in `CASES`, are the same."""
    built: set[str] = set()
    _build_without(monkeypatch, None, built)
    build(translate(case()).data)
    assert built == set(CASES)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_dropping_a_rule_is_noticed_by_its_case(monkeypatch, name):
    """The case passes with the rule (that is its own test) and fails without it."""
    monkeypatch.setattr("planner.planning.built.audit", lambda case, plan: ())
    _build_without(monkeypatch, name)
    with pytest.raises((AssertionError, pytest.fail.Exception, PlannerError)):
        CASES[name]()
