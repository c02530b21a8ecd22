// The countries' English names, as the API reference lists them (section 3), in the order of their codes: for engines
// without Intl.DisplayNames, and for what theirs does not name.

export const englishNames = () => `Andorra|United Arab Emirates|Antigua and Barbuda|Anguilla|Albania|Armenia|Angola|Antarctica|Argentina|American Samoa|Austria|Australia|Aruba|Åland Islands|Azerbaijan
Bosnia and Herzegovina|Barbados|Bangladesh|Belgium|Burkina Faso|Bulgaria|Bahrain|Burundi|Benin|Saint Barthélemy|Bermuda|Brunei Darussalam|Bolivia|Bonaire, Sint Eustatius and Saba|Brazil|Bahamas|Bhutan|Bouvet Island|Botswana|Belize
Canada|Cocos (Keeling) Islands|Congo|Switzerland|Côte d'Ivoire|Cook Islands|Chile|Cameroon|China|Colombia|Costa Rica|Cabo Verde|Curaçao|Christmas Island|Cyprus|Czechia
Germany|Djibouti|Denmark|Dominica|Dominican Republic|Algeria
Ecuador|Estonia|Egypt|Western Sahara|Eritrea|Spain|Ethiopia
Finland|Fiji|Falkland Islands|Micronesia|Faroe Islands|France
Gabon|United Kingdom|Grenada|Georgia|French Guiana|Guernsey|Ghana|Gibraltar|Greenland|Gambia|Guinea|Guadeloupe|Equatorial Guinea|Greece|South Georgia and the South Sandwich Islands|Guatemala|Guam|Guinea-Bissau|Guyana
Hong Kong|Heard Island and McDonald Islands|Honduras|Croatia|Haiti|Hungary
Indonesia|Ireland|Israel|Isle of Man|India|British Indian Ocean Territory|Iceland|Italy
Jersey|Jamaica|Jordan|Japan
Kenya|Kyrgyzstan|Cambodia|Kiribati|Comoros|Saint Kitts and Nevis|South Korea|Kuwait|Cayman Islands|Kazakhstan
Laos|Lebanon|Saint Lucia|Liechtenstein|Sri Lanka|Liberia|Lesotho|Lithuania|Luxembourg|Latvia
Morocco|Monaco|Moldova|Montenegro|Saint Martin (French part)|Madagascar|Marshall Islands|North Macedonia|Mongolia|Macao|Northern Mariana Islands|Martinique|Mauritania|Montserrat|Malta|Mauritius|Maldives|Malawi|Mexico|Malaysia|Mozambique
Namibia|New Caledonia|Niger|Norfolk Island|Nigeria|Nicaragua|Netherlands|Norway|Nepal|Nauru|Niue|New Zealand
Oman
Panama|Peru|French Polynesia|Papua New Guinea|Philippines|Pakistan|Poland|Saint Pierre and Miquelon|Pitcairn|Puerto Rico|Palestine|Portugal|Palau|Paraguay
Qatar
Réunion|Romania|Serbia|Rwanda
Saudi Arabia|Solomon Islands|Seychelles|Sweden|Singapore|Saint Helena|Slovenia|Svalbard and Jan Mayen|Slovakia|Sierra Leone|San Marino|Senegal|Somalia|Suriname|Sao Tome and Principe|El Salvador|Sint Maarten|Eswatini
Turks and Caicos Islands|Chad|French Southern Territories|Togo|Thailand|Tajikistan|Tokelau|Timor-Leste|Turkmenistan|Tunisia|Tonga|Türkiye|Trinidad and Tobago|Tuvalu|Taiwan|Tanzania
Ukraine|Uganda|United States Minor Outlying Islands|United States|Uruguay|Uzbekistan
Vatican City|Saint Vincent and the Grenadines|Virgin Islands (British)|Virgin Islands (U.S.)|Vietnam|Vanuatu
Wallis and Futuna|Samoa
Kosovo
Yemen|Mayotte
South Africa|Zambia`.split(/[|\n]/);
