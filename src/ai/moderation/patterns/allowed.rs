//! What a course of law says and the rules would mistake. It is taken out before [`super::group::Reach::Words`] is
//! matched.

/// Patterns, as in a [`super::group::Group`].
pub const ALLOWED: &[&str] = &[
    // Cases by name.
    "(POLITICIAN|STAR) v (the )?_( _)?",
    "_ v (POLITICIAN|STAR)",
    // Whom a judge or a principal instructs.
    "(jury|juries|jurors?|courts?|judges?|agents?|brokers?|banks?|employees?|contractors?|trustees?|lawyers?|counsel|\
     attorneys?|directors?|officers?|board|subordinates?|soldiers?|tenants?|sellers?|buyers?|carriers?|drivers?|\
     witness|parties|party|congress|agency|agencies|fiduciary|executor|panel|workers?) ((can|could|may|might|must|\
     should|shall|will|would|did|does|do|not|cannot|cant|to|that|who|simply|just|lawfully|then|legally|validly|ever|\
     even|chose|decided|chooses|decides|were|was|is|are|be|told|asked|allowed|free|entitled|required|permitted|has|\
     have|had) ){1,4}IGNORE (FILL ){0,3}(PREVIOUS )?RULES",
    "(did|does|do|can|could|may|might|must|should|would|will|when|if|that|why|how) (_ )?(jury|juries|jurors?|courts?|\
     judges?|agents?|brokers?|banks?|employees?|contractors?|trustees?|lawyers?|directors?|officers?|sellers?|\
     buyers?|carriers?) IGNORE (FILL ){0,3}(PREVIOUS )?RULES",
    "(tell|telling|told|instruct|instructed|instructing|direct|directed|ask|asked|order|ordered|urge|urged|\
     admonished) (the |a |its |his |her |their )?(jury|jurors?|panel|agent|broker|employee|lower courts?|\
     courts?) to IGNORE (FILL ){0,3}(PREVIOUS )?RULES",
    "IGNORE (FILL ){0,3}(PREVIOUS )?(jury|limiting|curative) instructions?",
    // Who votes, as one may say it of elections.
    "(voters?|those|people|persons|they|who|citizens|delegates|members|electors|legislators|senators|representatives|\
     districts|counties|likely|tend|tends|tended|refused|refuse|able|right|free|intend|intended|intending|registered|\
     eligible|opportunity|minorities|residents|did|would|could) (_ )?(not )?(to )?vote (for|against) (the )?PARTY",
    // Marriages that courts end.
    "(divorce|wedding|relationship|affair|pregnancy|scandal) (settlements?|decrees?|cases?|proceedings?|law|\
     agreements?|litigation|courts?|jurisdiction|filings?|judge?ments?|trial|lawsuit|photos? case)",
    // The law of bodies and of death.
    "right to die|(dont|do not|didnt|never|nobody|not) (want|wants|wanna|wish) (to )?die|nicht sterben",
    "(child|revenge|virtual|deepfake|non ?consensual) (porn|pornography|pornographic images) (laws?|statutes?|act|\
     bans?|offen[cs]es?|crimes?|prosecutions?|cases?|possession|charges?|convictions?|legislation|provisions?)",
    "(possess|possessing|possession of|distribut(e|ing|ion of)|regulat(e|ing|ion of)|ban|banning|criminali[sz](e|es|\
     ing)|ban on|prohibit|prohibiting|prohibition of|law on|laws on|law of|definition of) (child |revenge )?(porn|\
     pornography)",
    "sexual(ly)? (harass(ment|ed|ing)?|assault(ed|s)?|offen[cs]es?|offenders?|abuse[ds]?|misconduct|violence|\
     orientation|exploitation|battery|predators?|discrimination|consent|autonomy|contact|act|acts|conduct|favou?rs|\
     intercourse|relations|advances|penetration|coercion|crimes?|activity|privacy|minorities|stereotyp(es|ing)|\
     reproduction|health|history|propensity|explicit conduct|dangerous|violent)",
    "sex (discrimination|offenders?|offen[cs]es?|crimes?|work|workers?|trafficking|stereotyp(es|ing)|equality|based|\
     education|registry|plus|segregated|change|reassignment)",
    // Where one lives.
    "(dont|do not|doesnt|no longer) want to live (here|there|with (my|the|a|an|him|her|them|this (man|woman|person))|\
     at|next|near|together|under|above|below|by|abroad|far|close|apart|outside|off|on|in (the|this|that|my|a|\
     an) (house|flat|apartment|home|building|room|city|town|country|area|property|state|neighbou?rhood|unit|place))",
    "(reason|point|sense) (in |to |of )?(live|living) (here|there|with|at|in (the|this|a|an|my) (house|flat|\
     apartment|city|country|building))",
];
